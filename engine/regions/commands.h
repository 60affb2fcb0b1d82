#pragma once

/// The kernels of one chunk, gathered before any of them runs: their tables of entries go to the device in few copies.
///
/// add_table() keeps entries and answers with where they will lie; launches and transforms are kept in order; submit() copies
/// and enqueues everything on one queue. One object may be used again once its commands are done: it keeps its memory.
/// Threads: the device's.

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "engine/regions/device.h"

namespace dubplate::regions {

class Commands {
public:
    explicit Commands(Device& device) : device_(device) {}
    ~Commands();
    Commands(const Commands&) = delete;
    Commands& operator=(const Commands&) = delete;

    void clear();
    /// Entries for the device, valid from submit() until the next clear(). The pointer is to be used in parameters alone.
    template <class Entry>
    const Entry* add_table(std::span<const Entry> entries) {
        return reinterpret_cast<const Entry*>(add_bytes(std::as_bytes(entries)));
    }
    template <class Params>
    void launch(device::Kernel kernel, const Params& params) {
        Command& command = add(Command::Kind::launch);
        static_assert(sizeof(Params) <= sizeof command.params);
        command.kernel = kernel;
        command.size = sizeof(Params);
        std::memcpy(command.params, &params, sizeof(Params));
    }
    void transform(int points, device::Direction direction, device::Complex* memory, std::size_t count);
    void zero(void* memory, std::size_t bytes);
    /// Errors: out_of_memory for the tables; device.
    Result<void> submit(device::Queue queue);

private:
    struct Command {
        enum class Kind { launch, transform, zero } kind = Kind::launch;
        device::Kernel kernel{};
        std::size_t size = 0;
        alignas(8) std::byte params[96];
        int points = 0;
        device::Direction direction{};
        void* memory = nullptr;
    };
    Command& add(Command::Kind kind);
    struct Page {
        std::byte* pinned = nullptr;
        std::byte* memory = nullptr;  // where the device has it
        std::size_t size = 0, used = 0;
    };
    const std::byte* add_bytes(std::span<const std::byte> bytes);
    Page* page_with_room(std::size_t bytes);

    Device& device_;
    std::vector<Command> commands_;
    std::vector<Page> pages_;
    Result<void> state_;  // the first error of adding
};

}  // namespace dubplate::regions
