// The one door to Boost.Asio below drivers. <utility> must come first: Boost 1.74 uses std::exchange
// without it.
#pragma once

#include <utility>

// Asio's handlers stand between fences, which one thread does not need and ThreadSanitizer does not
// model (GCC refuses them there). A loop here has one thread.
#if defined(__SANITIZE_THREAD__)
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#endif

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
