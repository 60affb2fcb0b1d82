#pragma once

/// The bodies of all kernels, one source for g++ and nvcc.
///
/// Each is a struct without members: its number kKernel, its Params, how many entries these have and how many elements
/// each entry, and run(params, entry, element), which computes one item, in any order or at once with all others.
/// Elements next to each other touch memory next to each other, so that threads of a device that are neighbours load and
/// store together. No body uses libm, and every product that is summed is a written fma: host code is built with
/// -ffp-contract=off, device code with --fmad=false, and the bits are the same.

#include "kernels/device/combine_body.h"
#include "kernels/device/convolution_bodies.h"
#include "kernels/device/mix_body.h"
#include "kernels/device/overlap_bodies.h"
#include "kernels/device/sample_bodies.h"

namespace dubplate::device {

/// Calls function(Body()) with the body of a kernel. False if there is no such kernel.
template <class Function>
bool with_body(Kernel kernel, Function&& function) {
    switch (kernel) {
        case Kernel::unpack: return function(Unpack()), true;
        case Kernel::enter: return function(Enter()), true;
        case Kernel::multiply: return function(Multiply()), true;
        case Kernel::combine: return function(Combine()), true;
        case Kernel::leave: return function(Leave()), true;
        case Kernel::retain: return function(Retain()), true;
        case Kernel::blend: return function(Blend()), true;
        case Kernel::mix: return function(Mix()), true;
        case Kernel::pack: return function(Pack()), true;
        case Kernel::weigh: return function(Weigh()), true;
        case Kernel::overlap: return function(Overlap()), true;
    }
    return false;
}

}  // namespace dubplate::device
