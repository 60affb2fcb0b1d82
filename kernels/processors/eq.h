#pragma once

/// Parametric EQ: up to 24 bands that follow their analogue prototypes to 20 kHz (eq_design.h, docs/eq.md).

#include "kernels/processors/processor.h"

namespace dubplate::kernels {

extern const ProcessorKind kEq;

}  // namespace dubplate::kernels
