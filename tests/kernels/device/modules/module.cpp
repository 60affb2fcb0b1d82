// Modules as the loader may meet them, by what is defined: ABI, the version of the table; NO_SYMBOL: it has none;
// NEEDS_LIBRARY: it calls into a library that is not where it was. Of their devices the first cannot be used.

#include <cstdio>

#include "kernels/device/backend.h"

#if defined(NEEDS_LIBRARY)
extern "C" int dubplate_needed();
const int needed = dubplate_needed();
#endif

namespace dubplate::device {
namespace {

std::int32_t count(char* why, std::size_t why_size) {
#if defined(NO_DEVICES)
    std::snprintf(why, why_size, "no driver is installed; this module needs 580 or later");
    return 0;
#else
    std::snprintf(why, why_size, "unused");
    return 2;
#endif
}

Status describe(std::int32_t index, DeviceFacts* facts, char* why, std::size_t why_size) {
    std::snprintf(facts->name, sizeof facts->name, "Example %d", index);
    std::snprintf(facts->detail, sizeof facts->detail, "made up");
    facts->memory_bytes = std::uint64_t{3} << 30;
    if (index != 0) return Status::ok;
    std::snprintf(why, why_size, "it is of another make");
    return Status::unavailable;
}

Status open(std::int32_t, Context**, char* why, std::size_t why_size) {
    std::snprintf(why, why_size, "it is made up");
    return Status::unavailable;
}

constexpr Backend table() {
    Backend backend{};
    backend.abi = ABI;
    backend.size = sizeof(Backend);
    backend.name = "cuda";
    backend.count = count;
    backend.describe = describe;
    backend.open = open;
    return backend;
}
constexpr Backend kTable = table();

}  // namespace
}  // namespace dubplate::device

#if defined(NO_SYMBOL)
extern "C" const dubplate::device::Backend* dubplate_another() { return &dubplate::device::kTable; }
#else
extern "C" const dubplate::device::Backend* dubplate_backend() { return &dubplate::device::kTable; }
#endif
