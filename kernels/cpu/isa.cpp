#include "kernels/cpu/isa.h"

#include <cstdlib>
#include <string>

namespace dubplate::kernels {

std::string_view to_string(Isa isa) { return isa == Isa::v4 ? "x86-64-v4" : "x86-64-v3"; }

Isa best_isa() {
#if defined(DUBPLATE_HAS_V4)
    __builtin_cpu_init();
    const bool whole = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                       __builtin_cpu_supports("avx512cd") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
                       __builtin_cpu_supports("avx512vl") != 0;
    if (whole) return Isa::v4;
#endif
    return Isa::v3;
}

Result<Isa> choose_isa(std::string_view value, Isa best) {
    if (value.empty()) return best;
    if (value == "v3") return Isa::v3;
    if (value != "v4")
        return fail(ErrorCode::bad_argument, "DUBPLATE_ISA is '" + std::string(value) +
                                                 "': it is v3 or v4, or not set to let the program choose");
    if (best == Isa::v4) return Isa::v4;
#if defined(DUBPLATE_HAS_V4)
    return fail(ErrorCode::bad_argument,
                "DUBPLATE_ISA is 'v4', but this processor has no AVX-512 (x86-64-v4): do not set it, or set it to v3");
#else
    return fail(ErrorCode::bad_argument,
                "DUBPLATE_ISA is 'v4', but this build holds no kernels for it: do not set it, or set it to v3");
#endif
}

const Result<Isa>& isa_choice() {
    static const Result<Isa> choice = [] {
        const char* const value = std::getenv("DUBPLATE_ISA");
        return choose_isa(value ? value : "", best_isa());
    }();
    return choice;
}

Isa chosen_isa() { return isa_choice().value_or(Isa::v3); }

}  // namespace dubplate::kernels
