#pragma once

/// Parameters of kernels, looked through before they run. Each says what is wrong, or nothing (empty).

#include <string>

#include "kernels/device/kernels.h"
#include "kernels/device/twin/memory.h"

namespace dubplate::device::twin {

/// "unpack"; a number where there is no such kernel.
std::string name_of(Kernel kernel);

std::string check(const Memory& memory, const UnpackParams& params);
std::string check(const Memory& memory, const EnterParams& params);
std::string check(const Memory& memory, const MultiplyParams& params);
std::string check(const Memory& memory, const CombineParams& params);
std::string check(const Memory& memory, const LeaveParams& params);
std::string check(const Memory& memory, const RetainParams& params);
std::string check(const Memory& memory, const BlendParams& params);
std::string check(const Memory& memory, const MixParams& params);
std::string check(const Memory& memory, const PackParams& params);
std::string check(const Memory& memory, const WeighParams& params);
std::string check(const Memory& memory, const OverlapParams& params);

}  // namespace dubplate::device::twin
