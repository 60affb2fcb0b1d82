#include "engine/regions/commands.h"

#include <algorithm>

namespace dubplate::regions {
namespace {

constexpr std::size_t kPageBytes = std::size_t{1} << 20;
constexpr std::size_t kAlignment = 16;

}  // namespace

Commands::~Commands() {
    for (const Page& page : pages_) {
        device_.release_pinned(page.pinned);
        device_.release(page.memory);
    }
}

void Commands::clear() {
    commands_.clear();
    for (Page& page : pages_) page.used = 0;
    state_ = {};
}

Commands::Page* Commands::page_with_room(std::size_t bytes) {
    for (Page& page : pages_)
        if (page.size - page.used >= bytes) return &page;
    Page page;
    page.size = std::max(bytes, kPageBytes);
    auto pinned = device_.allocate_pinned(page.size);
    auto memory = pinned ? device_.allocate(page.size) : fail(pinned.error());
    if (!memory) {
        if (pinned) device_.release_pinned(*pinned);
        if (state_) state_ = fail(memory.error());
        return nullptr;
    }
    page.pinned = *pinned;
    page.memory = *memory;
    return &pages_.emplace_back(page);
}

const std::byte* Commands::add_bytes(std::span<const std::byte> bytes) {
    Page* const page = page_with_room(bytes.size());
    if (!page) return nullptr;
    std::copy(bytes.begin(), bytes.end(), page->pinned + page->used);
    const std::byte* const place = page->memory + page->used;
    page->used = std::min(page->size, (page->used + bytes.size() + kAlignment - 1) / kAlignment * kAlignment);
    return place;
}

Commands::Command& Commands::add(Command::Kind kind) {
    Command& command = commands_.emplace_back();
    command.kind = kind;
    return command;
}

void Commands::transform(int points, device::Direction direction, device::Complex* memory, std::size_t count) {
    Command& command = add(Command::Kind::transform);
    command.points = points;
    command.direction = direction;
    command.memory = memory;
    command.size = count;
}

void Commands::zero(void* memory, std::size_t bytes) {
    Command& command = add(Command::Kind::zero);
    command.memory = memory;
    command.size = bytes;
}

Result<void> Commands::submit(device::Queue queue) {
    if (!state_) return state_;
    const device::Backend& table = device_.table();
    device::Context* const context = device_.context();
    for (const Page& page : pages_)
        if (page.used > 0)
            if (auto ok = device_.copy_up(queue, page.memory, page.pinned, page.used); !ok) return ok;
    for (const Command& command : commands_) {
        device::Status status = device::Status::ok;
        switch (command.kind) {
            case Command::Kind::launch:
                status = table.launch(context, queue, command.kernel, command.params, command.size);
                break;
            case Command::Kind::transform:
                status = table.transform(context, queue, command.points, command.direction, command.memory,
                                         static_cast<std::int32_t>(command.size));
                break;
            case Command::Kind::zero: status = table.clear(context, queue, command.memory, command.size); break;
        }
        if (auto ok = device_.check(status); !ok) return ok;
    }
    return {};
}

}  // namespace dubplate::regions
