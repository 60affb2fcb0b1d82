#include "engine/regions/region.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/nodes/elsewhere_times.h"
#include "engine/regions/chunk_commands.h"
#include "engine/regions/gather.h"
#include "engine/regions/queue_timer.h"
#include "engine/regions/region_sums.h"
#include "engine/regions/spread.h"

namespace dubplate::regions {
namespace {

/// What a region asks of a device and does not get is the device's fault, memory too: the host may have enough.
Error of_device(Error error) {
    if (error.code == ErrorCode::out_of_memory) error.message += "; render with --device cpu";
    error.code = ErrorCode::device;
    return error;
}

/// What was claimed may be found from now on.
void note_arrival(RegionState& region, const nodes::Chunk& chunk) {
    if (!region.settings.residents) return;
    for (const std::vector<Segment>& segments : region.input(chunk).segments)
        for (const Segment& segment : segments)
            if (segment.claimed.count > 0) region.settings.residents->audio.arrived(segment.claimed);
}

/// Begins a chunk on the device's thread: `prepare` gathers commands, `enqueue` puts them into the queue.
class QueueStep final : public nodes::AsyncStep {
public:
    using Prepare = void (*)(RegionState&, const nodes::Chunk&);
    using Enqueue = Result<void> (*)(RegionState&, const nodes::Chunk&);
    QueueStep(RegionState& region, device::Queue queue, Prepare prepare, Enqueue enqueue)
        : region_(region), queue_(queue), prepare_(prepare), enqueue_(enqueue), timer_(region.device, queue) {}

    void start(const nodes::Chunk& chunk, Done done) override {
        region_.device.post([this, chunk, say = std::move(done)]() mutable {
            Result<void> begun;
            try {
                begun = begin(chunk);
            } catch (const std::bad_alloc&) {
                begun = fail(ErrorCode::out_of_memory, "out of memory while rendering");
            }
            if (!begun) return say(fail(of_device(std::move(begun.error()))));
            if (queue_ == device::Queue::up)
                say = [this, chunk, then = std::move(say)](Result<void> result) {
                    if (result) note_arrival(region_, chunk);
                    then(std::move(result));
                };
            if (!chunk.elsewhere) return region_.device.when_done(queue_, std::move(say));
            region_.device.when_done(queue_, [this, times = chunk.elsewhere, index = chunk.index,
                                              say = std::move(say)](Result<void> result) {
                // Only the device's thread can ask; it does so before it begins the next chunk.
                if (result)
                    region_.device.post([this, times, index] {
                        if (const auto seconds = timer_.seconds()) times->worked(index, *seconds);
                    });
                say(std::move(result));
            });
        });
    }
    void release() { timer_.release(); }

private:
    /// Timed where there is a profile: what the device does, not what it takes to prepare it.
    Result<void> begin(const nodes::Chunk& chunk) {
        if (prepare_) prepare_(region_, chunk);
        if (chunk.elsewhere)
            if (auto ok = timer_.begin(); !ok) return ok;
        if (auto ok = enqueue_(region_, chunk); !ok) return ok;
        return chunk.elsewhere ? timer_.end() : Result<void>{};
    }

    RegionState& region_;
    device::Queue queue_;
    Prepare prepare_;
    Enqueue enqueue_;
    QueueTimer timer_;
};

void count_bytes(const nodes::Chunk& chunk, std::size_t bytes) {
    if (chunk.elsewhere) chunk.elsewhere->moved(chunk.index, static_cast<std::int64_t>(bytes));
}

/// What was gathered goes up, strip by strip; rows of moving values lie behind the audio.
Result<void> enqueue_up(RegionState& region, const nodes::Chunk& chunk) {
    ChunkInput& input = region.input(chunk);
    std::swap(input.segments, input.gathered);
    std::swap(input.stages, input.gathered_stages);
    Device& device = region.device;
    const auto copy = [&](std::byte* to, std::size_t at, std::size_t bytes) {
        count_bytes(chunk, bytes);
        return device.copy_up(device::Queue::up, to, input.pinned + at, bytes);
    };
    for (const std::vector<StageInput>& stages : input.stages)
        for (const StageInput& stage : stages)
            if (stage.bytes > 0)
                if (auto ok = copy(input.memory + stage.at, stage.at, stage.bytes); !ok) return ok;
    for (const std::vector<Segment>& segments : input.segments)
        for (std::size_t first = 0; first < segments.size();) {
            const Segment& segment = segments[first];
            std::size_t last = first + 1, end = segment.at + segment.bytes;
            // What has no place of its own goes together.
            for (; !segment.memory && last < segments.size() && !segments[last].memory; ++last)
                end = segments[last].at + segments[last].bytes;
            first = last;
            if (segment.bytes == 0 && end == segment.at) continue;
            std::byte* const to = segment.memory ? segment.memory : input.memory + segment.at;
            if (auto ok = copy(to, segment.at, end - segment.at); !ok) return ok;
        }
    if (region.input_bytes > region.rows_at) {
        const std::size_t at = region.rows_at;
        if (auto ok = copy(input.memory + at, at, region.input_bytes - at); !ok) return ok;
    }
    return {};
}

Result<void> enqueue_compute(RegionState& region, const nodes::Chunk& chunk) {
    return region.input(chunk).commands->submit(device::Queue::compute);
}

Result<void> enqueue_down(RegionState& region, const nodes::Chunk& chunk) {
    const ChunkOutput& output = region.output(chunk);
    Device& device = region.device;
    count_bytes(chunk, region.output_bytes());
    return device.check(device.table().copy_down(device.context(), device::Queue::down, output.pinned, output.memory,
                                                 region.output_bytes()));
}

}  // namespace

FrameCount StripState::in_frame(std::size_t stage, FrameCount start) const {
    FrameCount frame = start + lead;
    for (std::size_t k = stage; k < stages.size(); ++k) frame += stages[k]->latency();
    return frame;
}

struct Region::Parts {
    Parts(Device& device, const RegionSettings& settings)
        : state(device, settings), memory(device), bank(settings.residents ? &settings.residents->spectra : nullptr) {}
    ~Parts() {
        // On the device's thread, as all that concerns its memory.
        (void)state.device.ask([&]() -> Result<void> {
            for (ChunkInput& input : state.inputs) input.commands.reset();
            for (QueueStep* step : {up.get(), compute.get(), down.get()})
                if (step) step->release();
            memory.release();
            return {};
        });
    }

    void add_blocks(std::vector<RegionBlock> blocks);
    StripState make_strip(nodes::BlockStrip strip, FrameCount lead) const;
    void lay_out_input();
    Result<void> allocate();
    Result<void> allocate_strips();
    Result<void> allocate_workspace();
    Result<void> allocate_chunks();

    RegionState state;
    RegionMemory memory;
    ResponseBank bank;
    std::vector<std::unique_ptr<GatherStep>> gathers;
    std::vector<std::unique_ptr<SpreadStep>> spreads;
    std::vector<std::unique_ptr<SpreadSumStep>> sum_spreads;
    std::unique_ptr<QueueStep> up, compute, down;
};

StripState Region::Parts::make_strip(nodes::BlockStrip strip, FrameCount lead) const {
    StripState made;
    made.strip = std::move(strip);
    made.lead = lead;
    for (int k = made.strip.first; k < made.strip.last; ++k) {
        const nodes::InsertSetup& insert = made.strip.setup->inserts[static_cast<std::size_t>(k)];
        if (insert.bypass) {  // of no latency: all passes
            assert(made.strip.channels_at(k) == made.strip.channels_at(k + 1));
            continue;
        }
        made.stages.push_back(make_stage(insert, made.strip.channels_at(k), made.strip.channels_at(k + 1),
                                         state.settings.sample_rate, state.settings.chunk_frames));
    }
    return made;
}

void Region::Parts::add_blocks(std::vector<RegionBlock> blocks) {
    for (RegionBlock& block : blocks) {
        BlockState made{state.strips.size(), block.strips.size(), state.outputs.size(), 0, block.lead};
        const auto add_output = [&](nodes::Stream* stream, int channels, std::vector<SourceState> sources) {
            OutputState& output = state.outputs.emplace_back();
            output.stream = stream;
            output.channels = static_cast<std::size_t>(channels);
            output.sources = std::move(sources);
            output.lead = block.lead;
            output.first_flag = std::exchange(state.flags, state.flags + output.channels);
            if (stream) output.first_row = std::exchange(state.rows, state.rows + output.channels);
        };
        for (RegionOutput& output : block.outputs) {
            std::vector<SourceState> sources;
            for (nodes::BlockSource& source : output.sources)
                sources.push_back({made.first_strip + source.strip, std::move(source.gain)});
            add_output(output.stream, output.channels, std::move(sources));
            state.outputs.back().is_stem_tap = output.is_stem_tap;
        }
        for (nodes::BlockStrip& strip : block.strips) {
            nodes::Stream* const tap = strip.streams.empty() ? nullptr : strip.streams.back().tap_out;
            if (tap) add_output(tap, tap->channels(), {{state.strips.size(), std::nullopt}});
            state.strips.push_back(make_strip(std::move(strip), block.lead));
        }
        made.outputs = state.outputs.size() - made.first_output;
        state.blocks.push_back(made);
    }
}

/// Audio and responses first, as if all of it were floats, and all of these were made anew; then what moves.
void Region::Parts::lay_out_input() {
    InputLayout layout;
    for (StripState& strip : state.strips) {
        // Segments begin on their own alignment.
        const std::size_t pieces = state.frames() / kernels::kMaxBlockFrames + 1;
        strip.audio = layout.place(static_cast<std::size_t>(strip.channels_in()) * state.frames() * sizeof(float) +
                                   pieces * InputLayout::kAlignment);
        for (const auto& stage : strip.stages) stage->place_responses(layout);
    }
    state.rows_at = layout.bytes();
    for (StripState& strip : state.strips)
        for (const auto& stage : strip.stages) stage->place_rows(layout);
    for (OutputState& output : state.outputs)
        for (SourceState& source : output.sources) {
            if (!source.gain || source.gain->constant() || source.gain->is_silent()) continue;
            for (std::size_t r = 0; r < output.channels; ++r) {
                std::size_t& row = source.rows[nodes::OutputGain::row_of(static_cast<int>(r), source.gain->use())];
                if (row == kNowhere) row = layout.place(state.frames() * sizeof(double));
            }
        }
    state.input_bytes = layout.bytes();
}

Result<void> Region::Parts::allocate() {
    if (auto ok = bank.upload(memory); !ok) return ok;
    if (auto ok = allocate_strips(); !ok) return ok;
    if (auto ok = allocate_chunks(); !ok) return ok;
    if (auto ok = allocate_workspace(); !ok) return ok;
    return state.device.check(state.device.table().synchronise(state.device.context()));
}

Result<void> Region::Parts::allocate_strips() {
    for (std::size_t s = 0; s < state.strips.size(); ++s) {
        StripState& strip = state.strips[s];
        if (state.merged.strips[s].alone) {
            auto planes = memory.take(static_cast<std::size_t>(strip.channels_out()) * state.frames() * sizeof(float));
            if (!planes) return fail(planes.error());
            strip.planes = reinterpret_cast<float*>(*planes);
        }
        for (const auto& stage : strip.stages)
            if (auto ok = stage->allocate(memory, bank); !ok) return ok;
    }
    if (const std::size_t floats = sum_floats(state); floats > 0) {
        float* sums = nullptr;
        if (auto ok = take_cleared(memory, floats, sums); !ok) return ok;
        place_sums(state, sums);
    }
    return state.merged.allocate(memory, state.settings.chunk_frames);
}

Result<void> Region::Parts::allocate_chunks() {
    state.inputs.resize(static_cast<std::size_t>(state.settings.in_flight));
    state.outputs_of_chunks.resize(state.inputs.size());
    for (ChunkInput& input : state.inputs) {
        auto pinned = memory.take_pinned(state.input_bytes);
        if (!pinned) return fail(pinned.error());
        auto on_device = memory.take(state.input_bytes);
        if (!on_device) return fail(on_device.error());
        input.pinned = *pinned;
        input.memory = *on_device;
        input.gathered.resize(state.strips.size());
        input.segments.resize(state.strips.size());
        for (const StripState& strip : state.strips) {
            input.gathered_stages.emplace_back(strip.stages.size());
            input.stages.emplace_back(strip.stages.size());
        }
        input.commands = std::make_unique<Commands>(state.device);
    }
    for (ChunkOutput& output : state.outputs_of_chunks) {
        auto pinned = memory.take_pinned(state.output_bytes());
        if (!pinned) return fail(pinned.error());
        auto on_device = memory.take(state.output_bytes());
        if (!on_device) return fail(on_device.error());
        output.pinned = *pinned;
        output.memory = *on_device;
    }
    return {};
}

/// As large as all strips at once need, or as was wished; where that is too much, half, and so on down to one strip.
Result<void> Region::Parts::allocate_workspace() {
    const WorkspaceNeed need = workspace_need(state);
    const std::size_t padding = need.points == 0
                                    ? 0
                                    : static_cast<std::size_t>(state.device.table().transform_batch(need.points)) *
                                          static_cast<std::size_t>(need.points);
    const std::size_t wish = state.settings.wave_numbers;
    const std::size_t first = wish == 0 ? need.most : std::clamp(wish, need.least, need.most);
    for (std::size_t numbers = first;; numbers = std::max(numbers / 2, need.least)) {
        auto taken = memory.take((numbers + padding) * sizeof(device::Complex));
        if (taken) {
            state.workspace = reinterpret_cast<device::Complex*>(*taken);
            state.workspace_numbers = numbers;
            return {};
        }
        if (taken.error().code != ErrorCode::out_of_memory || numbers == need.least) return fail(taken.error());
    }
}

Region::Region(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Region::~Region() = default;

Result<std::unique_ptr<Region>> Region::create(Device& device, std::vector<RegionBlock> blocks,
                                               const std::vector<RegionSum>& sums, const RegionSettings& settings) {
    auto parts = std::make_unique<Parts>(device, settings);
    RegionState& state = parts->state;
    parts->add_blocks(std::move(blocks));
    add_sums(state, sums);
    state.merged = find_merged_sums(state);
    parts->lay_out_input();
    for (StripState& strip : state.strips)
        for (const auto& stage : strip.stages) stage->add_responses(parts->bank);
    parts->bank.compute(settings.for_each);
    if (auto ok = device.ask([&] { return parts->allocate(); }); !ok) return fail(of_device(std::move(ok.error())));
    for (std::size_t b = 0; b < state.blocks.size(); ++b) {
        parts->gathers.push_back(std::make_unique<GatherStep>(state, b));
        parts->spreads.push_back(std::make_unique<SpreadStep>(state, b));
    }
    for (std::size_t s = 0; s < state.sums.size(); ++s)
        parts->sum_spreads.push_back(std::make_unique<SpreadSumStep>(state, s));
    parts->up = std::make_unique<QueueStep>(state, device::Queue::up, nullptr, enqueue_up);
    parts->compute = std::make_unique<QueueStep>(state, device::Queue::compute, add_chunk_commands, enqueue_compute);
    parts->down = std::make_unique<QueueStep>(state, device::Queue::down, nullptr, enqueue_down);
    return std::unique_ptr<Region>(new Region(std::move(parts)));
}

nodes::Step& Region::gather(std::size_t block) { return *parts_->gathers[block]; }
nodes::AsyncStep& Region::up() { return *parts_->up; }
nodes::AsyncStep& Region::compute() { return *parts_->compute; }
nodes::AsyncStep& Region::down() { return *parts_->down; }
nodes::Step& Region::spread(std::size_t block) { return *parts_->spreads[block]; }
nodes::Step& Region::spread_sum(std::size_t sum) { return *parts_->sum_spreads[sum]; }

}  // namespace dubplate::regions
