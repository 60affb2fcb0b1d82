#pragma once

#include "kernels/processors/processor.h"

namespace dubplate::kernels {

/// The parametric EQ's bands and free curves without any phase. docs/linear-eq.md
extern const ProcessorKind kLinearEq;

}  // namespace dubplate::kernels
