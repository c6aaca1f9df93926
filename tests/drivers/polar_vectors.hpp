// Messages of Polar sensors as published: the tests of Polar's own SDK, and a Verity Sense.
#pragma once

#include <string_view>

namespace ib::test {

/// Content of a compressed frame of acceleration, type 0 (AccDataTest of the Polar BLE SDK).
inline constexpr std::string_view polar_acc_content =
    "7107f06a9e8d0a38be5cbeba2f96b3ee4be5adfb42b9ebbe4cfeba2f92bfee4be4b1fb12b9ecbd3c3ebb2f8fd3de4b"
    "e3b5f7d2b8edbd307e7b2f8be3ce8be2baf7a2b8eebc20be7b2f88f3cecbe1bdef52f8efbc18fe3b2f8403bfcbe0c2"
    "ef32b8f0bb044ebc2e8113af0be0c6eff2f7f1b9fc7dbc2e7d279f4bdfcaebc2f7f2b8eccd7c2e7b378f4bdecee392"
    "f7f3b8e00dfd2d774b7fcbddd2df6237f5b7d44dbd2d745b6fcbdcd7d73237f6b5c88d7d2d716b4f4bdcdcd3f236f7"
    "b4bcddfd2c6f7b3f4bdbe0cfd236f8b2b02dbe2c6c8f1fcbdae3c7a276f9";

/// A whole notification of a Verity Sense (bleakheart, _core.py).
inline constexpr std::string_view verity_ppg_frame =
    "012d3bbaacab31180b80bb1af87d9bf894b9f8df20f6082acbead5e200d2de2cccdab6eef5d5f91117faf1efbf99ca"
    "a7ec05e24ce2dfe3fe19316636e80ed6c239cbf627da2f2c1124ced8e2ec3e0d211e0ff1ddd38e192df93fbea30708"
    "f33011ee1e32cd0611d81112e01419c905001d39f8e9978fbbea14f9db0e1c2528fec7cbd50034fc11feee16ff18de"
    "ecd007e3dbed175a3d66dbc5dc06f1301a9b1a03345f1cebf0fbc90f16fc3b183bda1c1fd519d11111de08f5292afa"
    "fc0f20e30a070374af4101f2f7d0bffc3510e0c3fc2b883100030b5cbfc2012b204180040d3850c3fc";

}  // namespace ib::test
