#pragma once

/// The instruction set that runs: which of the two sets of kernels (kernels/kernel_set.h).
///
/// Chosen once, on first use: x86-64-v4 (AVX-512) where the processor and the system have it, else x86-64-v3 (AVX2). The
/// variable DUBPLATE_ISA, `v3` or `v4`, overrides that. Both give the same bits; one of them is faster.
/// Threads: all functions from anywhere.

#include <string_view>

#include "engine/base/result.h"

namespace dubplate::kernels {

enum class Isa { v3, v4 };

/// "x86-64-v3".
std::string_view to_string(Isa isa);

/// The best set that this processor can run and this build holds.
Isa best_isa();

/// What a value of DUBPLATE_ISA chooses where `best` is the best there is; "" chooses that.
/// Errors: bad_argument for other words, and for v4 where it is not to be had.
Result<Isa> choose_isa(std::string_view value, Isa best);

/// The choice of this process. Errors: those of choose_isa(); the program and render() report them.
const Result<Isa>& isa_choice();
/// The same, and v3 where that is an error.
Isa chosen_isa();

}  // namespace dubplate::kernels
