#pragma once

/// Sessions that are to be rendered one after another: what stands in the way of all of them together.
///
/// Threads: plain functions.

#include <span>
#include <vector>

#include "engine/render/render.h"

namespace dubplate::render {

struct Version {
    const session::Session* session = nullptr;
    const RenderJob* job = nullptr;
};

/// Beyond what check() finds of each: two that would write one file, one that would write over what any of them reads, and
/// files that are there already where a job keeps those. `where` begins with the session's file. Versions that check()
/// finds fault with are left out.
std::vector<Error> check_versions(std::span<const Version> versions);

}  // namespace dubplate::render
