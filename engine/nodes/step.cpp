#include "engine/nodes/step.h"

#include <future>
#include <memory>

namespace dubplate::nodes {

Result<void> AsyncStep::run(const Chunk& chunk) {
    // Shared: who makes it may still be at it when who waits goes on.
    const auto made = std::make_shared<std::promise<Result<void>>>();
    auto result = made->get_future();
    start(chunk, [made](Result<void> given) { made->set_value(std::move(given)); });
    return result.get();
}

}  // namespace dubplate::nodes
