#include "engine/regions/region.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "engine/regions/chunk_commands.h"
#include "engine/regions/gather.h"
#include "engine/regions/response_spectra.h"
#include "engine/regions/spread.h"

namespace dubplate::regions {
namespace {

/// What lies in a chunk's input begins at multiples of this.
constexpr std::size_t kAlignment = 256;
/// Pinned memory through which spectra go up, bytes.
constexpr std::size_t kStagingBytes = std::size_t{8} << 20;

std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

/// What a region asks of a device and does not get is the device's fault, memory too: the host may have enough.
Error of_device(Error error) {
    if (error.code == ErrorCode::out_of_memory) error.message += "; render with --device cpu";
    error.code = ErrorCode::device;
    return error;
}

/// Begins a chunk on the device's thread: `enqueue` puts commands into the queue.
class QueueStep final : public nodes::AsyncStep {
public:
    using Enqueue = Result<void> (*)(RegionState&, const nodes::Chunk&);
    QueueStep(RegionState& region, device::Queue queue, Enqueue enqueue)
        : region_(region), queue_(queue), enqueue_(enqueue) {}

    void start(const nodes::Chunk& chunk, Done done) override {
        region_.device.post([this, chunk, say = std::move(done)]() mutable {
            Result<void> enqueued;
            try {
                enqueued = enqueue_(region_, chunk);
            } catch (const std::bad_alloc&) {
                enqueued = fail(ErrorCode::out_of_memory, "out of memory while rendering");
            }
            if (!enqueued) return say(fail(of_device(std::move(enqueued.error()))));
            region_.device.when_done(queue_, std::move(say));
        });
    }

private:
    RegionState& region_;
    device::Queue queue_;
    Enqueue enqueue_;
};

/// What was gathered goes up, strip by strip; rows of moving values lie behind the audio.
Result<void> enqueue_up(RegionState& region, const nodes::Chunk& chunk) {
    ChunkInput& input = region.input(chunk);
    std::swap(input.segments, input.gathered);
    Device& device = region.device;
    const auto copy = [&](std::size_t at, std::size_t bytes) {
        return device.check(
            device.table().copy_up(device.context(), device::Queue::up, input.memory + at, input.pinned + at, bytes));
    };
    for (std::size_t s = 0; s < region.strips.size(); ++s) {
        const std::vector<Segment>& segments = input.segments[s];
        if (segments.empty()) continue;
        const std::size_t first = region.strips[s].audio, last = segments.back().at + segments.back().bytes;
        if (last == first) continue;
        if (auto ok = copy(first, last - first); !ok) return ok;
    }
    if (region.input_bytes > region.rows_at)
        if (auto ok = copy(region.rows_at, region.input_bytes - region.rows_at); !ok) return ok;
    return {};
}

Result<void> enqueue_compute(RegionState& region, const nodes::Chunk& chunk) {
    add_chunk_commands(region, chunk);
    return region.input(chunk).commands->submit(device::Queue::compute);
}

Result<void> enqueue_down(RegionState& region, const nodes::Chunk& chunk) {
    const ChunkOutput& output = region.output(chunk);
    Device& device = region.device;
    return device.check(device.table().copy_down(device.context(), device::Queue::down, output.pinned, output.memory,
                                                 region.output_bytes()));
}

/// Responses by what they hold, so that equal ones are kept once.
struct ResponseKey {
    std::vector<float> taps;
    int points = 0;
    auto operator<=>(const ResponseKey&) const = default;
};

}  // namespace

FrameCount StripState::in_frame(std::size_t stage, FrameCount start) const {
    FrameCount frame = start + lead;
    for (std::size_t k = stage; k < stages.size(); ++k) frame += stages[k].latency;
    return frame;
}

struct Region::Parts {
    Parts(Device& device, const RegionSettings& settings) : state(device, settings) {}
    ~Parts() {
        // On the device's thread, as all that concerns its memory.
        (void)state.device.ask([&]() -> Result<void> {
            for (ChunkInput& input : state.inputs) input.commands.reset();
            for (std::byte* memory : allocated) state.device.release(memory);
            for (std::byte* memory : pinned) state.device.release_pinned(memory);
            return {};
        });
    }

    void add_blocks(std::vector<RegionBlock> blocks);
    StripState make_strip(nodes::BlockStrip strip, FrameCount lead) const;
    void lay_out_input();
    void compute_spectra();
    Result<void> allocate();
    Result<void> allocate_strips();
    Result<void> upload_spectra();
    Result<void> allocate_workspace();
    Result<void> allocate_chunks();
    Result<std::byte*> take(std::size_t bytes);
    Result<std::byte*> take_cleared(std::size_t bytes);
    Result<std::byte*> take_pinned(std::size_t bytes);
    Result<std::byte*> upload(std::span<const std::byte> bytes);

    RegionState state;
    std::vector<std::byte*> allocated, pinned;
    std::vector<ResponseKey> responses;                              // each once
    std::vector<std::vector<device::Complex>> spectra;               // [response], until they are on the device
    std::vector<std::vector<std::vector<std::size_t>>> response_of;  // [strip][stage][channel] -> responses
    std::byte* staging = nullptr;
    std::vector<std::unique_ptr<GatherStep>> gathers;
    std::vector<std::unique_ptr<SpreadStep>> spreads;
    std::unique_ptr<QueueStep> up, compute, down;
};

StripState Region::Parts::make_strip(nodes::BlockStrip strip, FrameCount lead) const {
    StripState made;
    made.strip = std::move(strip);
    made.lead = lead;
    for (int k = made.strip.first; k < made.strip.last; ++k) {
        const nodes::InsertSetup& insert = made.strip.setup->inserts[static_cast<std::size_t>(k)];
        if (insert.bypass) continue;  // of no latency: all passes
        made.stages.emplace_back(insert, made.strip.channels, state.settings.sample_rate, state.settings.chunk_frames);
    }
    return made;
}

void Region::Parts::add_blocks(std::vector<RegionBlock> blocks) {
    for (RegionBlock& block : blocks) {
        BlockState made{state.strips.size(), block.strips.size(), state.outputs.size(), 0, block.lead};
        const auto add_output = [&](nodes::Stream* stream, std::vector<SourceState> sources) {
            state.outputs.push_back({stream, std::move(sources), block.lead, state.rows});
            state.rows += state.outputs.back().rows();
        };
        for (nodes::BlockOutput& output : block.outputs) {
            std::vector<SourceState> sources;
            for (nodes::BlockSource& source : output.sources)
                sources.push_back({made.first_strip + source.strip, std::move(source.gain)});
            add_output(output.stream, std::move(sources));
        }
        for (nodes::BlockStrip& strip : block.strips) {
            nodes::Stream* const tap = strip.streams.empty() ? nullptr : strip.streams.back().tap_out;
            if (tap) add_output(tap, {{state.strips.size(), std::nullopt}});
            state.strips.push_back(make_strip(std::move(strip), block.lead));
        }
        made.outputs = state.outputs.size() - made.first_output;
        state.blocks.push_back(made);
    }
}

/// Audio first, as if all of it were floats; then the rows of what moves.
void Region::Parts::lay_out_input() {
    std::size_t bytes = 0;
    const auto place = [&](std::size_t size) { return std::exchange(bytes, aligned(bytes + size)); };
    for (StripState& strip : state.strips) {
        // Segments begin on their own alignment.
        const std::size_t pieces = state.frames() / kernels::kMaxBlockFrames + 1;
        strip.audio =
            place(static_cast<std::size_t>(strip.channels()) * state.frames() * sizeof(float) + pieces * kAlignment);
    }
    state.rows_at = bytes;
    for (StripState& strip : state.strips)
        for (const Stage& stage : strip.stages) {
            StripState::Rows& rows = strip.rows.emplace_back();
            if (stage.mix) rows.mix = place(state.frames() * sizeof(float));
            if (stage.gain) rows.gain = place(state.frames() * sizeof(float));
        }
    for (OutputState& output : state.outputs)
        for (SourceState& source : output.sources) {
            if (!source.gain || source.gain->constant() || source.gain->is_silent()) continue;
            for (std::size_t r = 0; r < output.rows(); ++r) {
                std::size_t& row = source.rows[nodes::OutputGain::row_of(static_cast<int>(r), source.gain->use())];
                if (row == kNowhere) row = place(state.frames() * sizeof(double));
            }
        }
    state.input_bytes = bytes;
}

/// In float64, each response once, all at once.
void Region::Parts::compute_spectra() {
    std::map<ResponseKey, std::size_t> known;
    for (StripState& strip : state.strips) {
        auto& of_strip = response_of.emplace_back();
        for (const Stage& stage : strip.stages) {
            auto& of_stage = of_strip.emplace_back();
            for (const std::vector<float>& taps : *stage.convolution.responses) {
                const auto [found, is_new] = known.try_emplace(ResponseKey{taps, stage.points}, responses.size());
                if (is_new) responses.push_back(found->first);
                of_stage.push_back(found->second);
            }
        }
    }
    spectra.resize(responses.size());
    state.settings.for_each(responses.size(), [&](std::size_t k) {
        spectra[k] = response_spectra(responses[k].taps, responses[k].points);
    });
}

Result<std::byte*> Region::Parts::take(std::size_t bytes) {
    auto memory = state.device.allocate(bytes);
    if (memory) allocated.push_back(*memory);
    return memory;
}

Result<std::byte*> Region::Parts::take_cleared(std::size_t bytes) {
    auto memory = take(bytes);
    if (!memory) return memory;
    const device::Backend& table = state.device.table();
    const auto cleared =
        state.device.check(table.clear(state.device.context(), device::Queue::compute, *memory, bytes));
    if (!cleared) return fail(cleared.error());
    return memory;
}

Result<std::byte*> Region::Parts::take_pinned(std::size_t bytes) {
    auto memory = state.device.allocate_pinned(bytes);
    if (memory) pinned.push_back(*memory);
    return memory;
}

Result<std::byte*> Region::Parts::upload(std::span<const std::byte> bytes) {
    auto memory = take(bytes.size());
    if (!memory) return memory;
    Device& device = state.device;
    for (std::size_t done = 0; done < bytes.size(); done += kStagingBytes) {
        const std::size_t size = std::min(kStagingBytes, bytes.size() - done);
        std::memcpy(staging, bytes.data() + done, size);
        auto ok = device.check(
            device.table().copy_up(device.context(), device::Queue::compute, *memory + done, staging, size));
        if (ok) ok = device.check(device.table().synchronise(device.context()));
        if (!ok) return fail(ok.error());
    }
    return memory;
}

Result<void> Region::Parts::allocate() {
    if (auto ok = allocate_strips(); !ok) return ok;
    if (auto ok = upload_spectra(); !ok) return ok;
    if (auto ok = allocate_chunks(); !ok) return ok;
    if (auto ok = allocate_workspace(); !ok) return ok;
    return state.device.check(state.device.table().synchronise(state.device.context()));
}

/// Silence before the first chunk.
Result<void> Region::Parts::allocate_strips() {
    for (StripState& strip : state.strips) {
        auto planes = take(static_cast<std::size_t>(strip.channels()) * state.frames() * sizeof(float));
        if (!planes) return fail(planes.error());
        strip.planes = reinterpret_cast<float*>(*planes);
        for (Stage& stage : strip.stages) {
            auto input = take_cleared(stage.input_floats() * sizeof(float));
            if (!input) return fail(input.error());
            stage.input = reinterpret_cast<float*>(*input);
            auto wet = take_cleared(stage.wet_floats() * sizeof(float));
            if (!wet) return fail(wet.error());
            stage.wet = reinterpret_cast<float*>(*wet);
            auto kept = take_cleared(stage.kept_numbers() * sizeof(device::Complex));
            if (!kept) return fail(kept.error());
            stage.kept = reinterpret_cast<device::Complex*>(*kept);
        }
    }
    return {};
}

Result<void> Region::Parts::upload_spectra() {
    auto memory = take_pinned(kStagingBytes);
    if (!memory) return fail(memory.error());
    staging = *memory;
    std::vector<const device::Complex*> on_device;
    for (std::vector<device::Complex>& one : spectra) {
        const auto placed = upload(std::as_bytes(std::span(one)));
        if (!placed) return fail(placed.error());
        on_device.push_back(reinterpret_cast<const device::Complex*>(*placed));
        one = {};
    }
    std::map<int, const device::Complex*> turns;
    for (std::size_t s = 0; s < state.strips.size(); ++s)
        for (std::size_t k = 0; k < state.strips[s].stages.size(); ++k) {
            Stage& stage = state.strips[s].stages[k];
            for (const std::size_t response : response_of[s][k]) stage.responses.push_back(on_device[response]);
            const device::Complex*& of_size = turns[stage.points];
            if (!of_size) {
                const std::vector<device::Complex> made = block_turns(stage.points);
                const auto placed = upload(std::as_bytes(std::span(made)));
                if (!placed) return fail(placed.error());
                of_size = reinterpret_cast<const device::Complex*>(*placed);
            }
            stage.turns = of_size;
        }
    responses = {};
    return {};
}

Result<void> Region::Parts::allocate_chunks() {
    state.inputs.resize(static_cast<std::size_t>(state.settings.in_flight));
    state.outputs_of_chunks.resize(state.inputs.size());
    for (ChunkInput& input : state.inputs) {
        auto pinned_input = take_pinned(state.input_bytes);
        if (!pinned_input) return fail(pinned_input.error());
        auto memory = take(state.input_bytes);
        if (!memory) return fail(memory.error());
        input.pinned = *pinned_input;
        input.memory = *memory;
        input.gathered.resize(state.strips.size());
        input.segments.resize(state.strips.size());
        input.commands = std::make_unique<Commands>(state.device);
    }
    for (ChunkOutput& output : state.outputs_of_chunks) {
        auto pinned_output = take_pinned(state.output_bytes());
        if (!pinned_output) return fail(pinned_output.error());
        auto memory = take(state.output_bytes());
        if (!memory) return fail(memory.error());
        output.pinned = *pinned_output;
        output.memory = *memory;
    }
    return {};
}

/// As large as all strips at once need; where that is too much, half, and so on down to one strip.
Result<void> Region::Parts::allocate_workspace() {
    const WorkspaceNeed need = workspace_need(state);
    std::size_t padding = 0;  // a batch of transforms may run over the end
    for (const StripState& strip : state.strips)
        for (const Stage& stage : strip.stages)
            padding = std::max(padding, static_cast<std::size_t>(state.device.table().transform_batch(stage.points)) *
                                            static_cast<std::size_t>(stage.points));
    for (std::size_t numbers = need.most;; numbers = std::max(numbers / 2, need.least)) {
        auto memory = take((numbers + padding) * sizeof(device::Complex));
        if (memory) {
            state.workspace = reinterpret_cast<device::Complex*>(*memory);
            state.workspace_numbers = numbers;
            return {};
        }
        if (memory.error().code != ErrorCode::out_of_memory || numbers == need.least) return fail(memory.error());
    }
}

Region::Region(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Region::~Region() = default;

Result<std::unique_ptr<Region>> Region::create(Device& device, std::vector<RegionBlock> blocks,
                                               const RegionSettings& settings) {
    auto parts = std::make_unique<Parts>(device, settings);
    RegionState& state = parts->state;
    parts->add_blocks(std::move(blocks));
    parts->lay_out_input();
    parts->compute_spectra();
    if (auto ok = device.ask([&] { return parts->allocate(); }); !ok) return fail(of_device(std::move(ok.error())));
    for (std::size_t b = 0; b < state.blocks.size(); ++b) {
        parts->gathers.push_back(std::make_unique<GatherStep>(state, b));
        parts->spreads.push_back(std::make_unique<SpreadStep>(state, b));
    }
    parts->up = std::make_unique<QueueStep>(state, device::Queue::up, enqueue_up);
    parts->compute = std::make_unique<QueueStep>(state, device::Queue::compute, enqueue_compute);
    parts->down = std::make_unique<QueueStep>(state, device::Queue::down, enqueue_down);
    return std::unique_ptr<Region>(new Region(std::move(parts)));
}

nodes::Step& Region::gather(std::size_t block) { return *parts_->gathers[block]; }
nodes::AsyncStep& Region::up() { return *parts_->up; }
nodes::AsyncStep& Region::compute() { return *parts_->compute; }
nodes::AsyncStep& Region::down() { return *parts_->down; }
nodes::Step& Region::spread(std::size_t block) { return *parts_->spreads[block]; }

}  // namespace dubplate::regions
