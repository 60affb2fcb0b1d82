#include "cli/doctor/storage.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

#include "cli/doctor/machine.h"
#include "engine/audio/posix_file.h"

namespace dubplate::cli {
namespace {

using State = Finding::State;

/// Stereo at 48 kHz as float takes 22 MiB a minute.
constexpr std::uint64_t kTooLittle = std::uint64_t{16} << 20, kLittle = std::uint64_t{1} << 30;

/// A file that has no name any more; invalid with errno set where none can be made.
audio::Descriptor nameless_file(const std::string& folder) {
    std::string name = folder + "/dubplate-doctor-XXXXXX";
    audio::Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
    if (file.get() >= 0) ::unlink(name.c_str());
    return file;
}

/// The system's words on why no file can be written there; absent if one can.
std::optional<std::string> obstacle(const std::string& folder) {
    const audio::Descriptor file = nameless_file(folder);
    if (file.get() < 0) return std::strerror(errno);
    const std::vector<char> some(4096, 'x');
    if (::write(file.get(), some.data(), some.size()) != static_cast<ssize_t>(some.size())) return std::strerror(errno);
    return {};
}

struct Room {
    std::uint64_t free_bytes = 0;
    bool is_memory = false;
};
std::optional<Room> room_in(const std::string& folder) {
    struct statfs status {};
    if (::statfs(folder.c_str(), &status) != 0) return {};
    return Room{static_cast<std::uint64_t>(status.f_bavail) * static_cast<std::uint64_t>(status.f_bsize),
                status.f_type == TMPFS_MAGIC};
}

}  // namespace

Finding check_temporary_folder(const std::string& folder) {
    const std::string advice = "set TMPDIR to a folder that can be written, or make this one";
    if (const auto why = obstacle(folder))
        return {State::problem, "temporary", fmt::format("{}: {}", folder, *why), advice};
    const auto room = room_in(folder);
    if (!room) return {State::ok, "temporary", folder};
    const std::string text = fmt::format("{}: {} free", folder, size_text(room->free_bytes));
    if (room->free_bytes < kTooLittle)
        return {State::problem, "temporary", text, "make room, or set TMPDIR to a folder that has more"};
    if (room->free_bytes < kLittle)
        return {State::note, "temporary", text + "; FLAC, MP3 and other rates need 22 MiB a minute of stereo",
                "make room, or set TMPDIR to a folder that has more"};
    if (room->is_memory)
        return {State::note, "temporary", text + ", of memory (tmpfs)",
                "if sessions of FLAC, MP3 or other rates run out of memory, set TMPDIR to a folder on a disk"};
    return {State::ok, "temporary", text};
}

Finding check_current_folder() {
    if (const auto why = obstacle("."))
        return {State::note, "this folder", "files cannot be written here: " + *why,
                "render with -o to another folder"};
    const auto room = room_in(".");
    if (!room) return {State::ok, "this folder", "can be written"};
    const std::string text = size_text(room->free_bytes) + " free";
    if (room->free_bytes >= kLittle) return {State::ok, "this folder", text};
    return {State::note, "this folder", text + "; a minute of stereo in 24 bits takes 17 MiB",
            "make room, or render with -o to another folder"};
}

Finding time_current_folder() {
    using Clock = std::chrono::steady_clock;
    constexpr double kLongest = 0.5;
    constexpr int kMostBlocks = 64;
    const audio::Descriptor file = nameless_file(".");
    // Bytes that no file system stores shorter than they are.
    std::vector<std::uint32_t> block(std::size_t{1} << 18);
    std::uint32_t state = 1;
    for (std::uint32_t& word : block) word = state = state * 1664525u + 1013904223u;
    const auto begin = Clock::now();
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
    int blocks = 0;
    while (blocks < kMostBlocks && seconds() < kLongest) {
        const auto bytes = static_cast<ssize_t>(block.size() * sizeof block[0]);
        if (file.get() < 0 || ::write(file.get(), block.data(), static_cast<std::size_t>(bytes)) != bytes ||
            ::fdatasync(file.get()) != 0)
            return {State::note, "disk", fmt::format("not timed: {}", std::strerror(errno))};
        ++blocks;
    }
    return {State::ok, "disk", fmt::format("this folder takes {:.0f} MiB/s", blocks / seconds())};
}

}  // namespace dubplate::cli
