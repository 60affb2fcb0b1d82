#include "kernels/device/twin/checks.h"

#include <iterator>

#include "kernels/device/twin/touches.h"

namespace dubplate::device::twin {
namespace {

constexpr const char* kTable = "its table";

/// Calls look(touches, entry) for each entry of a table that lies where it should.
template <class Params, class Look>
std::string check_entries(const Memory& memory, Kernel kernel, const Params& params, const Look& look) {
    Touches touches(memory, name_of(kernel));
    touches.reads(params.entries, params.count, kTable);
    for (std::int32_t number = 0; touches.sound() && number < params.count; ++number) {
        touches.begin_entry(number);
        look(touches, params.entries[number]);
    }
    return touches.wrong();
}

std::int64_t bytes_of(Samples samples) { return samples == Samples::int16 ? 2 : samples == Samples::int24 ? 3 : 4; }

/// From the first byte of a channel's first sample to the last byte of its last.
std::int64_t interleaved_bytes(std::int64_t frames, std::int32_t channels, std::int64_t bytes) {
    return frames == 0 ? 0 : ((frames - 1) * channels + 1) * bytes;
}

}  // namespace

std::string name_of(Kernel kernel) {
    constexpr const char* kNames[] = {"unpack", "enter", "multiply", "combine", "leave",  "retain",
                                      "blend",  "mix",   "pack",     "weigh",   "overlap"};
    static_assert(std::size(kNames) == kKernels);
    const auto number = static_cast<std::int32_t>(kernel);
    return number >= 0 && number < kKernels ? kNames[number] : std::to_string(number);
}

std::string check(const Memory& memory, const UnpackParams& params) {
    return check_entries(memory, Kernel::unpack, params, [&](Touches& touches, const UnpackEntry& entry) {
        touches.demand(entry.frames <= params.frames, "it has more frames than the longest entry");
        touches.demand(entry.channels >= 1, "it has no channels");
        if (entry.from != nullptr)
            touches.reads(entry.from, interleaved_bytes(entry.frames, entry.channels, bytes_of(entry.samples)),
                          "what it reads");
        touches.writes(entry.to, entry.frames, "the ring it writes");
    });
}

std::string check(const Memory& memory, const EnterParams& params) {
    return check_entries(memory, Kernel::enter, params, [&](Touches& touches, const EnterEntry& entry) {
        touches.reads(params.roots, params.points, "the table of roots");
        touches.reads(entry.from, 2 * std::int64_t{params.points}, "the ring it reads");
        touches.writes(entry.to, params.points, "the block it writes");
    });
}

std::string check(const Memory& memory, const MultiplyParams& params) {
    const std::int64_t points = params.points;
    return check_entries(memory, Kernel::multiply, params, [&](Touches& touches, const MultiplyEntry& entry) {
        touches.demand(params.blocks >= 1 && params.partitions >= 1, "there are no blocks or no partitions");
        touches.demand(params.kept_slots >= params.partitions - 1, "fewer blocks are kept than are looked back on");
        touches.demand(params.kept_slots == 0 || (params.newest_slot >= 0 && params.newest_slot < params.kept_slots),
                       "there is no such newest slot");
        touches.reads(params.paths + entry.first_path, entry.paths, "its table of paths");
        touches.writes(entry.to, params.blocks * points, "the sums it writes");
        for (std::int32_t number = 0; touches.sound() && number < entry.paths; ++number) {
            const MultiplyPath& path = params.paths[entry.first_path + number];
            touches.reads(path.fresh, params.blocks * points, "the input of a path");
            if (params.partitions > 1)
                touches.reads(path.kept, params.kept_slots * points, "what a path looks back on");
            touches.reads(path.response, params.partitions * points, "the response of a path");
        }
    });
}

std::string check(const Memory& memory, const CombineParams& params) {
    return check_entries(memory, Kernel::combine, params, [&](Touches& touches, const CombineEntry& entry) {
        touches.reads(params.terms + entry.first_term, entry.terms, "its table of terms");
        for (int k = 0; k < kCombineSums; ++k) {
            if (entry.to[k] != nullptr) touches.writes(entry.to[k], params.numbers, "a sum it writes");
            const bool adds = (entry.adds >> k & 1) != 0;
            touches.demand(entry.to[k] != nullptr || !adds, "it adds to a sum that is not there");
            if (adds && touches.sound()) touches.reads(entry.to[k], params.numbers, "a sum it adds to");
            for (int other = 0; other < k; ++other)
                touches.demand(entry.to[k] == nullptr || entry.to[k] != entry.to[other], "it writes one sum twice");
        }
        for (std::int32_t number = 0; touches.sound() && number < entry.terms; ++number) {
            const CombineTerm& term = params.terms[entry.first_term + number];
            touches.reads(term.from, params.numbers, "the spectrum of a term");
            for (int k = 0; k < kCombineSums; ++k)
                touches.demand(entry.to[k] != nullptr || term.weight[k] == 0.0f,
                               "a sum that is not there hears a term");
        }
    });
}

std::string check(const Memory& memory, const LeaveParams& params) {
    return check_entries(memory, Kernel::leave, params, [&](Touches& touches, const LeaveEntry& entry) {
        touches.reads(params.roots, params.points, "the table of roots");
        touches.reads(entry.from, params.points, "the block it reads");
        touches.writes(entry.to, params.points, "the ring it writes");
    });
}

std::string check(const Memory& memory, const RetainParams& params) {
    return check_entries(memory, Kernel::retain, params, [&](Touches& touches, const RetainEntry& entry) {
        touches.reads(entry.from, params.points, "the spectrum it reads");
        touches.writes(entry.to, params.points, "the spectrum it writes");
    });
}

std::string check(const Memory& memory, const BlendParams& params) {
    return check_entries(memory, Kernel::blend, params, [&](Touches& touches, const BlendEntry& entry) {
        touches.reads(entry.wet, params.frames, "the convolved ring");
        if (entry.dry.samples != nullptr) touches.reads(entry.dry, params.frames, "the dry ring");
        if (entry.mix != nullptr) touches.reads(entry.mix, params.frames, "the row of mix");
        if (entry.gain != nullptr) touches.reads(entry.gain, params.frames, "the row of gain");
        touches.writes(entry.to, params.frames, "the ring it writes");
    });
}

std::string check(const Memory& memory, const MixParams& params) {
    return check_entries(memory, Kernel::mix, params, [&](Touches& touches, const MixEntry& entry) {
        touches.reads(params.sources + entry.first_source, entry.sources, "its table of sources");
        for (std::int32_t number = 0; touches.sound() && number < entry.sources; ++number) {
            const MixSource& source = params.sources[entry.first_source + number];
            touches.reads(source.from, params.frames, "the ring of a source");
            if (source.gains != nullptr) touches.reads(source.gains, params.frames, "the gains of a source");
        }
        touches.writes(entry.to, params.frames, "the row it writes");
        if (entry.failed != nullptr) touches.holds(entry.failed, 1, sizeof *entry.failed, "its flag");
    });
}

std::string check(const Memory& memory, const PackParams& params) {
    return check_entries(memory, Kernel::pack, params, [&](Touches& touches, const PackEntry& entry) {
        touches.demand(entry.bits == 16 || entry.bits == 24, "it has neither 16 nor 24 bits");
        touches.demand(entry.channels >= 1, "it has no channels");
        touches.reads(entry.from, params.frames, "the row it reads");
        // Channels lie between each other.
        touches.holds(entry.to, interleaved_bytes(params.frames, entry.channels, entry.bits / 8), 1, "what it writes");
    });
}

std::string check(const Memory& memory, const WeighParams& params) {
    return check_entries(memory, Kernel::weigh, params, [&](Touches& touches, const WeighEntry& entry) {
        touches.reads(params.roots, params.points, "the table of roots");
        touches.reads(params.window, params.points, "the window");
        touches.reads(entry.from, params.points, "the ring it reads");
        touches.writes(entry.to, params.points, "the block it writes");
    });
}

std::string check(const Memory& memory, const OverlapParams& params) {
    const std::int64_t hop = params.points / 2;
    return check_entries(memory, Kernel::overlap, params, [&](Touches& touches, const OverlapEntry& entry) {
        touches.demand(params.points % 2 == 0, "its blocks have no two hops");
        touches.reads(params.roots, params.points, "the table of roots");
        for (int number = 0; number < 4; ++number)
            if (entry.from[number] != nullptr)
                touches.reads(entry.from[number] + (number % 2 == 0 ? hop : 0), hop, "a block it reads");
        touches.writes(entry.to, hop, "the ring it writes");
    });
}

}  // namespace dubplate::device::twin
