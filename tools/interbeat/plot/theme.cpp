// The theme of figures. Colours after Okabe & Ito (jfly.uni-koeln.de/color), which people with any colour vision
// tell apart; lighter on dark ground. Contrast to the ground is at least 3 : 1 (WCAG 1.4.11).
#include "plot/plot.hpp"

namespace ib::plot {

std::string_view style() {
  return R"(:root {
  --plot-0: #0b6bb0; --plot-1: #c44e00; --plot-2: #00795a; --plot-3: #a3387d; --plot-4: #8a6a00; --plot-5: #555f6b;
  --plot-ink: #3d4650; --plot-grid: #e3e6ea; --plot-frame: #9aa3ad; --plot-ground: #fcfcfb;
}
@media (prefers-color-scheme: dark) { :root {
  --plot-0: #6cb8f0; --plot-1: #f0904a; --plot-2: #3cc79c; --plot-3: #e58cc4; --plot-4: #dcb93c; --plot-5: #aab4bf;
  --plot-ink: #c3cad2; --plot-grid: #2c333b; --plot-frame: #6a747f; --plot-ground: #14181c;
} }
@media print { :root {
  --plot-0: #0b6bb0; --plot-1: #c44e00; --plot-2: #00795a; --plot-3: #a3387d; --plot-4: #8a6a00; --plot-5: #555f6b;
  --plot-ink: #222; --plot-grid: #ddd; --plot-frame: #888; --plot-ground: #fff;
} }
svg.plot { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg.plot text { fill: var(--plot-ink); }
svg.plot .head { font-weight: 600; }
svg.plot .tick { font-size: 11px; font-variant-numeric: tabular-nums; }
svg.plot .named { paint-order: stroke; stroke: var(--plot-ground); stroke-width: 4px; stroke-linejoin: round; }
svg.plot .grid { stroke: var(--plot-grid); stroke-width: 1; fill: none; }
svg.plot .frame { stroke: var(--plot-frame); stroke-width: 1; fill: none; }
svg.plot .level { stroke: var(--plot-frame); stroke-width: 1; stroke-dasharray: 5 4; fill: none; }
svg.plot .line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
svg.plot .ticks { fill: none; stroke-width: 1; opacity: .75; }
svg.plot .stretch { opacity: .16; stroke: none; }
svg.plot .c0 { color: var(--plot-0); } svg.plot .c1 { color: var(--plot-1); }
svg.plot .c2 { color: var(--plot-2); } svg.plot .c3 { color: var(--plot-3); }
svg.plot .c4 { color: var(--plot-4); } svg.plot .c5 { color: var(--plot-5); }
svg.plot .line, svg.plot .ticks { stroke: currentColor; }
svg.plot .ring { fill: var(--plot-ground); stroke: currentColor; stroke-width: 1.4; }
svg.plot .whisker { stroke: currentColor; stroke-width: 1.4; }
svg.plot .box { fill: currentColor; fill-opacity: .22; stroke: currentColor; stroke-width: 1; }
svg.plot .median { stroke: currentColor; stroke-width: 2.6; }
svg.plot .dot, svg.plot .bar, svg.plot .stretch { fill: currentColor; }
)";
}

}  // namespace ib::plot
