#include "engine/nodes/lane_group.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>

#include "engine/nodes/mixing_gains.h"
#include "engine/nodes/scratch.h"
#include "kernels/cpu/aligned.h"
#include "kernels/cpu/block_functions.h"

namespace dubplate::nodes {
namespace {

using kernels::kMaxBlockFrames;
using kernels::kMaxLanes;

constexpr FrameCount kAlways = std::numeric_limits<FrameCount>::min() / 2;
constexpr FrameCount kNever = std::numeric_limits<FrameCount>::max();

/// First frame from which all granules of a block are exactly zero; kNever if its last granule is not.
FrameCount zeros_from(FrameCount start, int frames, int width, const float* audio) {
    FrameCount from = kNever;
    for (int granule = frames - static_cast<int>(kControlFrames); granule >= 0;
         granule -= static_cast<int>(kControlFrames)) {
        const float* at = audio + granule * width;
        // From the end: sounding audio is recognised by its last frame.
        for (int i = static_cast<int>(kControlFrames) * width - 1; i >= 0; --i)
            if (at[i] != 0.0f) return from;
        from = start + granule;
    }
    return from;
}

FoldMatrix key_fold(const InsertStreams& streams) {
    FoldMatrix matrix = fold_matrix(streams.key_layout, streams.layout);
    if (streams.key_layout.kind == Layout::Kind::mono)
        for (auto& row : matrix) row[0] = 1.0;
    return matrix;
}

}  // namespace

struct LaneGroup::Slot {
    int insert = 0;  // index into the members' setups
    FrameCount latency = 0;
    std::unique_ptr<kernels::Processor> processor;
    kernels::GainProcessor* gain = nullptr;
    Work work = Work::delays;
    bool follows = false, exports = false, keyed = false, tapped = false;
    bool resting = false;
    FrameCount zero_from = kAlways;
    std::vector<std::size_t> per_block, per_frame;  // positions in InsertSetup::moving
    kernels::AlignedVector<double> grid;            // [grid point][per_block][width]
    kernels::AlignedVector<float> frames;           // [per_frame][frame][width]
    kernels::AlignedVector<float> key;              // [frame][width]
    std::vector<FoldMatrix> key_folds;              // [member]
    kernels::AlignedVector<float> gains;            // [frame][width]
};

int LaneGroup::width_for(int lanes) { return lanes <= 1 ? 1 : lanes <= 4 ? 4 : lanes <= 8 ? 8 : 16; }

LaneGroup::LaneGroup(std::vector<LaneMember> members, int channels, double sample_rate, int first, int last)
    : channels_(channels), lanes_(channels * static_cast<int>(members.size())), members_(std::move(members)) {
    width_ = width_for(lanes_);
    for (int insert = first; insert < last; ++insert) {
        const auto k = static_cast<std::size_t>(insert), s = static_cast<std::size_t>(insert - first);
        const InsertSetup& shape = members_[0].setup->inserts[k];
        Slot slot;
        slot.insert = insert;
        slot.latency = shape.latency_frames;
        std::vector<std::size_t> block_indices, frame_indices;
        for (std::size_t m = 0; m < shape.moving.size(); ++m) {
            const bool per_frame = shape.moving[m].motion == Motion::per_frame;
            (per_frame ? slot.per_frame : slot.per_block).push_back(m);
            (per_frame ? frame_indices : block_indices).push_back(shape.moving[m].index);
        }
        for (const LaneMember& member : members_) {
            slot.follows |= member.streams[s].gain_in != nullptr;
            slot.exports |= member.streams[s].gain_out != nullptr;
            slot.keyed |= member.setup->inserts[k].has_key && !slot.follows;
            slot.tapped |= member.streams[s].tap_out != nullptr;
        }
        if (shape.bypass)
            slot.processor = kernels::make_plain_delay(width_, shape.latency_frames);
        else if (slot.follows)
            slot.processor = kernels::make_gain_follower(width_, shape.latency_frames);
        else {
            std::vector<kernels::StripValues> strips;
            for (const LaneMember& member : members_)
                strips.push_back(member.setup->inserts[k].strip_values(sample_rate, channels_));
            slot.processor = shape.kind->create({width_, strips, block_indices, frame_indices});
            slot.work = work_of(*shape.kind);
        }
        const auto block = static_cast<std::size_t>(kMaxBlockFrames * width_);
        if (!shape.bypass && shape.kind->description.behaviour == Behaviour::gain) {
            slot.gain = dynamic_cast<kernels::GainProcessor*>(slot.processor.get());
            assert(slot.gain);
            slot.gains.resize(block);
        }
        if (shape.bypass || slot.follows) slot.per_block.clear(), slot.per_frame.clear();
        slot.grid.resize((kMaxBlockFrames / kControlFrames + 1) * slot.per_block.size() *
                         static_cast<std::size_t>(width_));
        slot.frames.resize(slot.per_frame.size() * block);
        if (slot.keyed) {
            slot.key.resize(block);
            for (const LaneMember& member : members_) slot.key_folds.push_back(key_fold(member.streams[s]));
        }
        slot.resting = slot.processor->settle();
        latency_ += slot.latency;
        slots_.push_back(std::move(slot));
    }
}

LaneGroup::~LaneGroup() = default;
LaneGroup::LaneGroup(LaneGroup&&) noexcept = default;

bool LaneGroup::process(FrameCount start, int frames, float* audio, bool silent, Timeline* timeline) {
    for (Slot& slot : slots_) {
        silent = run_slot(slot, start, frames, audio, silent, timeline);
        start -= slot.latency;
        if (slot.tapped) {
            write_streams(slot, start, frames, audio, silent);
            lap(timeline, Work::taps, std::int64_t{frames} * lanes_);
        }
    }
    return silent;
}

/// Cuts the block at absolute multiples of 8192, where states may settle.
bool LaneGroup::run_slot(Slot& slot, FrameCount start, int frames, float* audio, bool silent, Timeline* timeline) {
    const FrameCount boundary = (floor_div(start, kSettleFrames) + 1) * kSettleFrames;
    if (start + frames <= boundary) return run_piece(slot, start, frames, audio, silent, timeline);
    const int head = static_cast<int>(boundary - start);
    float* tail = audio + head * width_;
    const bool head_silent = run_piece(slot, start, head, audio, silent, timeline);
    const bool tail_silent = run_piece(slot, boundary, frames - head, tail, silent, timeline);
    if (head_silent == tail_silent) return head_silent;
    std::fill_n(head_silent ? audio : tail, (head_silent ? head : frames - head) * width_, 0.0f);
    return false;
}

bool LaneGroup::run_piece(Slot& slot, FrameCount start, int frames, float* audio, bool silent, Timeline* timeline) {
    const std::int64_t samples = std::int64_t{frames} * lanes_;
    if (start % kSettleFrames == 0 && !slot.resting && slot.zero_from <= start - kSettleFrames)
        slot.resting = slot.processor->settle();
    bool key_silent = true;
    const float* key = slot.keyed ? read_key(slot, start, frames, key_silent) : nullptr;
    if (key) lap(timeline, Work::keys, samples);
    const bool rests = silent && key_silent && slot.resting;
    if (rests && !slot.exports) return true;
    const FrameCount out_start = start - slot.latency;
    if (silent) std::fill_n(audio, frames * width_, 0.0f);
    if (silent && key_silent) {
        if (slot.zero_from == kNever) slot.zero_from = start;
    } else {
        slot.resting = false;
        const FrameCount audio_zeros = silent ? start : zeros_from(start, frames, width_, audio);
        const FrameCount key_zeros = key_silent ? start : zeros_from(start, frames, width_, key);
        const FrameCount zeros = std::max(audio_zeros, key_zeros);
        // All zero from its first frame on: an earlier run of zeros goes on.
        if (zeros != start || slot.zero_from == kNever) slot.zero_from = zeros;
    }
    if (!slot.per_block.empty() || !slot.per_frame.empty()) {
        fill_controls(slot, out_start, frames);
        lap(timeline, Work::automation, samples);
    }
    const kernels::LaneBlock block{
        start,
        frames,
        audio,
        key,
        {slot.grid.empty() ? nullptr : slot.grid.data(), slot.frames.empty() ? nullptr : slot.frames.data()}};
    if (!slot.gain || (!slot.exports && !slot.follows)) {
        slot.processor->process(block);
        lap(timeline, slot.work, samples);
        return false;
    }
    Planar planar(lanes_);
    const auto s = static_cast<std::size_t>(&slot - slots_.data());
    if (slot.follows) {
        std::array<const float*, kMaxLanes> rows;
        for (std::size_t m = 0, lane = 0; m < members_.size(); ++m)
            for (int c = 0; c < channels_; ++c, ++lane)
                rows[lane] = members_[m].streams[s].gain_in->read(out_start, frames, c, planar.rows[lane]);
        kernels::block_functions().planes_to_lanes(width_, rows.data(), frames, lanes_, slot.gains.data());
    } else {
        slot.gain->detect(block, slot.gains.data());
        kernels::block_functions().lanes_to_planes(width_, slot.gains.data(), frames, lanes_, planar.rows.data());
        for (std::size_t m = 0; m < members_.size(); ++m)
            if (Stream* out = members_[m].streams[s].gain_out)
                out->write(out_start, frames, planar.rows.data() + m * static_cast<std::size_t>(channels_));
        if (rests) return true;
    }
    slot.gain->apply(block, slot.gains.data());
    lap(timeline, slot.work, samples);
    return false;
}

/// The keys of all members as lanes. A silent key is still a key: the processor must not hear its own input instead.
const float* LaneGroup::read_key(Slot& slot, FrameCount start, int frames, bool& silent) {
    const auto s = static_cast<std::size_t>(&slot - slots_.data());
    silent = true;
    for (const LaneMember& member : members_)
        silent &= !member.streams[s].key || member.streams[s].key->is_silent(start, frames);
    if (silent) {
        std::fill(slot.key.begin(), slot.key.end(), 0.0f);
        return slot.key.data();
    }
    Planar planar(lanes_), heard(kMaxLanes);
    std::array<kernels::MixTerm, kMaxLanes> terms;
    for (std::size_t m = 0; m < members_.size(); ++m) {
        const Stream* key = members_[m].streams[s].key;
        const int key_channels = key ? key->channels() : 0;
        std::array<const float*, kMaxLanes> rows;
        for (int c = 0; c < key_channels; ++c)
            rows[static_cast<std::size_t>(c)] = key->read(start, frames, c, heard.rows[static_cast<std::size_t>(c)]);
        for (int c = 0; c < channels_; ++c) {
            std::size_t count = 0;
            for (int from = 0; from < key_channels; ++from)
                if (const double fold = slot.key_folds[m][static_cast<std::size_t>(c)][static_cast<std::size_t>(from)];
                    fold != 0.0)
                    terms[count++] = {rows[static_cast<std::size_t>(from)], {fold}, {}};
            const std::size_t lane = m * static_cast<std::size_t>(channels_) + static_cast<std::size_t>(c);
            kernels::block_functions().mix(std::span(terms).first(count), frames,
                                           std::span(planar.rows).subspan(lane, 1));
        }
    }
    kernels::block_functions().planes_to_lanes(width_, planar.rows.data(), frames, lanes_, slot.key.data());
    return slot.key.data();
}

void LaneGroup::fill_controls(Slot& slot, FrameCount out_start, int frames) {
    const auto width = static_cast<std::size_t>(width_);
    const auto curve_of = [&](std::size_t moving, int lane) -> const Curve& {
        const std::size_t member = lane < lanes_ ? static_cast<std::size_t>(lane / channels_) : 0;
        return members_[member].setup->inserts[static_cast<std::size_t>(slot.insert)].moving[moving].curve;
    };
    for (std::size_t p = 0; p < slot.per_block.size(); ++p)
        for (int lane = 0; lane < width_; ++lane) {
            const bool repeats = lane < lanes_ ? lane % channels_ != 0 : true;
            for (int point = 0; point <= frames / kControlFrames; ++point) {
                double* row = slot.grid.data() + (static_cast<std::size_t>(point) * slot.per_block.size() + p) * width;
                row[lane] = repeats && lane > 0 && lane < lanes_ ? row[lane - 1]
                            : lane >= lanes_
                                ? row[0]
                                : curve_of(slot.per_block[p], lane).value(out_start + point * kControlFrames);
            }
        }
    std::array<double, kMaxBlockFrames> values;
    for (std::size_t p = 0; p < slot.per_frame.size(); ++p)
        for (int lane = 0; lane < width_; ++lane) {
            if (lane % channels_ == 0 || lane >= lanes_)
                curve_of(slot.per_frame[p], lane).fill(out_start, frames, values.data());
            float* out =
                slot.frames.data() + p * static_cast<std::size_t>(frames) * width + static_cast<std::size_t>(lane);
            for (int f = 0; f < frames; ++f)
                out[static_cast<std::size_t>(f) * width] = static_cast<float>(values[static_cast<std::size_t>(f)]);
        }
}

void LaneGroup::write_streams(Slot& slot, FrameCount out_start, int frames, const float* audio, bool silent) {
    const auto s = static_cast<std::size_t>(&slot - slots_.data());
    Planar planar(lanes_);
    if (!silent) kernels::block_functions().lanes_to_planes(width_, audio, frames, lanes_, planar.rows.data());
    for (std::size_t m = 0; m < members_.size(); ++m) {
        Stream* out = members_[m].streams[s].tap_out;
        if (!out) continue;
        if (silent)
            out->write_silence(out_start, frames);
        else
            out->write(out_start, frames, planar.rows.data() + m * static_cast<std::size_t>(channels_));
    }
}

}  // namespace dubplate::nodes
