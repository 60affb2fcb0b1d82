// Everything of ours is built for x86-64-v3 (AVX2, FMA, BMI: processors since 2013-2015). On an older one the program
// would die of an illegal instruction, perhaps in a constructor of a global; so this runs before those, is compiled
// for any x86-64 and uses nothing of the C++ library.

#include <unistd.h>
#include <cstring>

namespace {

void complain(const char* text) {
    // Nothing can be done about a standard error that cannot be written.
    if (write(STDERR_FILENO, text, std::strlen(text)) < 0) return;
}

[[gnu::constructor(101)]] void require_x86_64_v3() {
    __builtin_cpu_init();
    const struct {
        const char* name;
        bool there;
    } features[] = {
        {" avx2", __builtin_cpu_supports("avx2") != 0},
        {" fma", __builtin_cpu_supports("fma") != 0},
        {" bmi", __builtin_cpu_supports("bmi") != 0},
        {" bmi2", __builtin_cpu_supports("bmi2") != 0},
    };
    bool whole = true;
    for (const auto& feature : features) whole = whole && feature.there;
    if (whole) return;
    complain("dubplate: this processor lacks instructions that dubplate is built for (x86-64-v3):");
    for (const auto& feature : features)
        if (!feature.there) complain(feature.name);
    complain("\ndubplate: it runs on Intel processors since Haswell (2013) and AMD since Excavator (2015)\n");
    _exit(1);
}

}  // namespace
