#include "engine/nodes/lane_group.h"

#include <algorithm>
#include <cassert>

#include "engine/nodes/insert_lanes.h"
#include "engine/nodes/lane_zeros.h"
#include "engine/nodes/mixing_gains.h"
#include "engine/nodes/scratch.h"
#include "kernels/cpu/aligned.h"
#include "kernels/cpu/block_functions.h"

namespace dubplate::nodes {
namespace {

using kernels::kMaxBlockFrames;
using kernels::kMaxLanes;

alignas(64) constexpr float kZeros[kMaxBlockFrames] = {};

FoldMatrix key_fold(const InsertStreams& streams) {
    FoldMatrix matrix = fold_matrix(streams.key_layout, streams.layout);
    if (streams.key_layout.kind == Layout::Kind::mono)
        for (auto& row : matrix) row[0] = 1.0;
    return matrix;
}

}  // namespace

struct LaneGroup::Slot {
    Slot(InsertLanes insert_lanes) : lanes(std::move(insert_lanes)) {}
    InsertLanes lanes;
    int insert = 0;         // index into the members' setups
    std::size_t index = 0;  // of the slot
    FrameCount latency = 0, control_lead = 0;
    bool finds_gain = false;
    Work work = Work::delays;
    bool follows = false, exports = false, keyed = false, tapped = false;
    std::vector<std::size_t> per_block, per_frame;  // positions in InsertSetup::moving
    kernels::AlignedVector<double> grid;            // [grid point][per_block][width]
    kernels::AlignedVector<float> frames;           // [per_frame][frame][width]
    kernels::AlignedVector<float> key;              // [frame][width]
    std::vector<FoldMatrix> key_folds;              // [member]
    kernels::AlignedVector<float> gains;            // [frame][width]
};

LaneGroup::LaneGroup(std::vector<LaneMember> members, int channels, double sample_rate, int first, int last)
    : channels_(channels), lanes_(channels * static_cast<int>(members.size())), members_(std::move(members)) {
    const int widest = LanePlaces::width_for(lanes_);
    for (int insert = first; insert < last; ++insert) {
        const auto k = static_cast<std::size_t>(insert), s = static_cast<std::size_t>(insert - first);
        const InsertSetup& shape = members_[0].setup->inserts[k];
        std::vector<std::size_t> per_block, per_frame, block_indices, frame_indices;
        for (std::size_t m = 0; m < shape.moving.size(); ++m) {
            const bool moves_per_frame = shape.moving[m].motion == Motion::per_frame;
            (moves_per_frame ? per_frame : per_block).push_back(m);
            (moves_per_frame ? frame_indices : block_indices).push_back(shape.moving[m].index);
        }
        bool follows = false;
        for (const LaneMember& member : members_) follows |= member.streams[s].gain_in != nullptr;
        InsertLanes::Maker make;
        FrameCount control_lead = 0;
        if (shape.bypass)
            make = [latency = shape.latency_frames](int width) { return kernels::make_plain_delay(width, latency); };
        else if (follows)
            make = [latency = shape.latency_frames](int width) { return kernels::make_gain_follower(width, latency); };
        else {
            std::vector<kernels::StripValues> strips;
            for (const LaneMember& member : members_)
                strips.push_back(member.setup->inserts[k].strip_values(sample_rate, channels_));
            if (shape.kind->control_lead) control_lead = shape.kind->control_lead(strips[0]);
            make = [kind = shape.kind, strips, block_indices, frame_indices](int width) {
                return kind->create({width, strips, block_indices, frame_indices});
            };
        }
        Slot slot(InsertLanes(std::move(make), widest));
        slot.insert = insert;
        slot.index = s;
        slot.latency = shape.latency_frames;
        slot.control_lead = control_lead;
        slot.follows = follows;
        for (const LaneMember& member : members_) {
            slot.exports |= member.streams[s].gain_out != nullptr;
            slot.keyed |= member.setup->inserts[k].has_key && !slot.follows;
            slot.tapped |= member.streams[s].tap_out != nullptr;
        }
        if (!shape.bypass && !follows) {
            slot.work = work_of(*shape.kind);
            slot.per_block = std::move(per_block), slot.per_frame = std::move(per_frame);
        }
        const auto block = static_cast<std::size_t>(kMaxBlockFrames * widest);
        if (!shape.bypass && shape.kind->description.behaviour == Behaviour::gain) {
            slot.finds_gain = true;
            assert(slot.lanes.gain());
            slot.gains.resize(block);
        }
        slot.grid.resize((kMaxBlockFrames / kControlFrames + 1) * slot.per_block.size() *
                         static_cast<std::size_t>(widest));
        slot.frames.resize(slot.per_frame.size() * block);
        if (slot.keyed) {
            slot.key.resize(block);
            for (const LaneMember& member : members_) slot.key_folds.push_back(key_fold(member.streams[s]));
        }
        latency_ += slot.latency;
        moves_ &= slot.lanes.can_move();
        slots_.push_back(std::move(slot));
    }
    const int strips = static_cast<int>(members_.size()), units = moves_ ? strips : 1;
    for (Slot& slot : slots_) slot.lanes.set_units(units, lanes_ / units, moves_);
    places_.emplace(strips, channels_, moves_);
}

LaneGroup::~LaneGroup() = default;
LaneGroup::LaneGroup(LaneGroup&&) noexcept = default;

/// Gives lanes to those that sound or do not rest yet, and to those whose gains are asked for.
void LaneGroup::place_members(FrameCount start, int frames, std::span<const char> silent) {
    Flags wanted{};
    for (std::size_t m = 0; m < members_.size(); ++m) {
        wanted[m] = !silent[m];
        FrameCount at = start;
        for (const Slot& slot : slots_) {
            if (wanted[m]) break;
            const InsertStreams& streams = members_[m].streams[slot.index];
            wanted[m] = !slot.lanes.rests(unit_of(m)) || streams.gain_out ||
                        (slot.keyed && streams.key && !streams.key->is_silent(at, frames));
            at -= slot.latency;
        }
    }
    places_->arrange(std::span(wanted).first(members_.size()));
    for (Slot& slot : slots_) {
        slot.lanes.arrange(places_->place_of().first(moves_ ? members_.size() : 1), places_->width(), start);
        start -= slot.latency;
    }
}

void LaneGroup::process(FrameCount start, int frames, std::span<const float*> rows, float* own, std::span<char> silent,
                        const PackedInput* packed, float* audio, Timeline* timeline) {
    Flags quiet{};
    std::copy(silent.begin(), silent.end(), quiet.begin());
    place_members(start, frames, silent);
    const int lanes = places_->lanes(), width = places_->width();
    const bool any = lanes > 0;
    const std::int64_t samples = std::int64_t{frames} * lanes;
    if (any && packed) {
        std::array<const std::byte*, kMaxLanes> placed;
        const std::span<const int> strips = places_->strip_at();
        for (std::size_t place = 0; place < strips.size(); ++place)
            placed[place] =
                strips[place] == LanePlaces::kNone ? nullptr : packed->members[static_cast<std::size_t>(strips[place])];
        kernels::block_functions().unpack_to_lanes(packed->type, channels_, std::span(placed).first(strips.size()),
                                                   width, frames, audio);
        lap(timeline, Work::lanes, samples);
    } else if (any) {
        std::array<const float*, kMaxLanes> placed;
        for (int lane = 0; lane < lanes; ++lane) {
            const int member = strip_at(lane);
            placed[static_cast<std::size_t>(lane)] =
                member == LanePlaces::kNone ? kZeros
                                            : rows[static_cast<std::size_t>(member * channels_ + lane % channels_)];
        }
        kernels::block_functions().planes_to_lanes(width, placed.data(), frames, lanes, audio);
        lap(timeline, Work::lanes, samples);
    }
    for (Slot& slot : slots_) {
        if (any) run_slot(slot, start, frames, audio, quiet, timeline);
        start -= slot.latency;
        if (slot.tapped) {
            write_taps(slot, start, frames, audio, quiet);
            lap(timeline, Work::taps, samples);
        }
    }
    if (!any || !own) return;
    bool sounds = false;
    alignas(64) float nowhere[kMaxBlockFrames];
    std::array<float*, kMaxLanes> out;
    for (int lane = 0; lane < lanes; ++lane) {
        const int member = strip_at(lane);
        out[static_cast<std::size_t>(lane)] = nowhere;
        if (member == LanePlaces::kNone) continue;
        const auto from = static_cast<std::size_t>(member * channels_ + lane % channels_);
        out[static_cast<std::size_t>(lane)] = own + from * kMaxBlockFrames;
        if (!quiet[static_cast<std::size_t>(member)]) rows[from] = out[static_cast<std::size_t>(lane)], sounds = true;
    }
    for (std::size_t m = 0; m < members_.size(); ++m) silent[m] = quiet[m];
    if (!sounds) return;
    kernels::block_functions().lanes_to_planes(width, audio, frames, lanes, out.data());
    lap(timeline, Work::lanes, samples);
}

/// Cuts the block at absolute multiples of 8192, where states may settle.
void LaneGroup::run_slot(Slot& slot, FrameCount start, int frames, float* audio, Flags& quiet, Timeline* timeline) {
    const FrameCount boundary = (floor_div(start, kSettleFrames) + 1) * kSettleFrames;
    if (start + frames <= boundary) return run_piece(slot, start, frames, audio, quiet, timeline);
    const int head = static_cast<int>(boundary - start);
    Flags tail_quiet = quiet;
    run_piece(slot, start, head, audio, quiet, timeline);
    run_piece(slot, boundary, frames - head, audio + head * places_->width(), tail_quiet, timeline);
    for (std::size_t m = 0; m < members_.size(); ++m) quiet[m] &= tail_quiet[m];
}

void LaneGroup::run_piece(Slot& slot, FrameCount start, int frames, float* audio, Flags& quiet, Timeline* timeline) {
    const std::int64_t samples = std::int64_t{frames} * places_->lanes();
    if (start % kSettleFrames == 0) slot.lanes.settle(start);
    Flags key_silent;
    key_silent.fill(true);
    const float* key = slot.keyed ? read_key(slot, start, frames, key_silent) : nullptr;
    if (key) lap(timeline, Work::keys, samples);
    Flags rests{};
    bool all_rest = true, still = true;
    for (const int member : places_->strip_at()) {
        if (member == LanePlaces::kNone) continue;
        const auto m = static_cast<std::size_t>(member);
        const int unit = unit_of(m);
        rests[m] = quiet[m] && key_silent[m] && slot.lanes.rests(unit);
        all_rest &= rests[m];
        still &= rests[m] && !slot.lanes.fades(unit);
    }
    if (still && !slot.exports) return;
    const FrameCount out_start = start - slot.latency;
    listen(slot, start, frames, audio, quiet, key, key_silent);
    for (const int member : places_->strip_at())
        if (member != LanePlaces::kNone)
            quiet[static_cast<std::size_t>(member)] = rests[static_cast<std::size_t>(member)];
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
    if (!slot.finds_gain || (!slot.exports && !slot.follows)) {
        slot.lanes.processor().process(block);
        lap(timeline, slot.work, samples);
        return;
    }
    const int lanes = places_->lanes();
    Planar planar(lanes);
    if (slot.follows) {
        std::array<const float*, kMaxLanes> rows;
        for (int lane = 0; lane < lanes; ++lane) {
            const auto at = static_cast<std::size_t>(lane);
            const int member = strip_at(lane);
            rows[at] = member == LanePlaces::kNone
                           ? kZeros
                           : members_[static_cast<std::size_t>(member)].streams[slot.index].gain_in->read(
                                 out_start, frames, lane % channels_, planar.rows[at]);
        }
        kernels::block_functions().planes_to_lanes(places_->width(), rows.data(), frames, lanes, slot.gains.data());
    } else {
        slot.lanes.gain()->detect(block, slot.gains.data());
        kernels::block_functions().lanes_to_planes(places_->width(), slot.gains.data(), frames, lanes,
                                                   planar.rows.data());
        for (std::size_t m = 0; m < members_.size(); ++m)
            if (Stream* out = members_[m].streams[slot.index].gain_out)
                out->write(out_start, frames, planar.rows.data() + places_->place_of()[m] * channels_);
        if (all_rest) return;
    }
    slot.lanes.gain()->apply(block, slot.gains.data());
    lap(timeline, slot.work, samples);
}

/// Tells the insert from where on what each unit hears is zero.
void LaneGroup::listen(Slot& slot, FrameCount start, int frames, const float* audio, const Flags& quiet,
                       const float* key, const Flags& key_silent) {
    std::array<FrameCount, kMaxLanes> audio_zeros, key_zeros;
    audio_zeros.fill(start), key_zeros.fill(start);
    unsigned audio_open = 0, key_open = 0;
    const unsigned strip_lanes = (1u << channels_) - 1;
    for (std::size_t m = 0; m < members_.size(); ++m) {
        const int place = places_->place_of()[m];
        if (place == LanePlaces::kNone) continue;
        if (!quiet[m]) audio_open |= strip_lanes << (place * channels_);
        if (!key_silent[m]) key_open |= strip_lanes << (place * channels_);
    }
    zeros_from(start, frames, places_->width(), audio, audio_open, audio_zeros.data());
    if (key_open) zeros_from(start, frames, places_->width(), key, key_open, key_zeros.data());
    FrameCount all = start;
    for (std::size_t m = 0; m < members_.size(); ++m) {
        const int place = places_->place_of()[m];
        if (place == LanePlaces::kNone) continue;
        FrameCount zeros = start;
        for (int lane = place * channels_; lane < (place + 1) * channels_; ++lane)
            zeros = std::max(
                {zeros, audio_zeros[static_cast<std::size_t>(lane)], key_zeros[static_cast<std::size_t>(lane)]});
        all = std::max(all, zeros);
        if (moves_) slot.lanes.hear(unit_of(m), start, zeros);
    }
    if (!moves_) slot.lanes.hear(0, start, all);
}

/// The keys of all that have lanes. A silent key is still a key: the processor must not hear its own input instead.
const float* LaneGroup::read_key(Slot& slot, FrameCount start, int frames, Flags& silent) {
    bool all_silent = true;
    for (std::size_t m = 0; m < members_.size(); ++m) {
        const Stream* key = members_[m].streams[slot.index].key;
        silent[m] = !key || key->is_silent(start, frames);
        all_silent &= silent[m];
    }
    if (all_silent) {
        std::fill(slot.key.begin(), slot.key.end(), 0.0f);
        return slot.key.data();
    }
    Planar planar(places_->lanes()), heard(kMaxLanes);
    std::array<kernels::MixTerm, kMaxLanes> terms;
    for (int lane = 0; lane < places_->lanes(); ++lane) {
        const auto at = static_cast<std::size_t>(lane), channel = static_cast<std::size_t>(lane % channels_);
        const int member = strip_at(lane);
        const auto m = static_cast<std::size_t>(member);
        const Stream* key = member == LanePlaces::kNone ? nullptr : members_[m].streams[slot.index].key;
        std::size_t count = 0;
        const int key_channels = key ? members_[m].streams[slot.index].key_layout.channels : 0;
        for (int from = 0; from < key_channels; ++from)
            if (const double fold = slot.key_folds[m][channel][static_cast<std::size_t>(from)]; fold != 0.0)
                terms[count++] = {
                    key->read(start, frames, from, heard.rows[static_cast<std::size_t>(from)]), {fold}, {}};
        kernels::block_functions().mix(std::span(terms).first(count), frames, kernels::Stores::into_caches,
                                       std::span(planar.rows).subspan(at, 1));
    }
    kernels::block_functions().planes_to_lanes(places_->width(), planar.rows.data(), frames, places_->lanes(),
                                               slot.key.data());
    return slot.key.data();
}

/// Channels of a strip have the same values; those of lanes without a strip are nobody's.
void LaneGroup::fill_controls(Slot& slot, FrameCount out_start, int frames) {
    const auto width = static_cast<std::size_t>(places_->width());
    const FrameCount grid_start = out_start + slot.control_lead;
    const auto curve_of = [&](std::size_t moving, int lane) -> const Curve& {
        const int member = lane < places_->lanes() ? strip_at(lane) : LanePlaces::kNone;
        return members_[member == LanePlaces::kNone ? 0 : static_cast<std::size_t>(member)]
            .setup->inserts[static_cast<std::size_t>(slot.insert)]
            .moving[moving]
            .curve;
    };
    for (std::size_t p = 0; p < slot.per_block.size(); ++p)
        for (int lane = 0; lane < places_->width(); ++lane)
            for (int point = 0; point <= frames / kControlFrames; ++point) {
                double* row = slot.grid.data() + (static_cast<std::size_t>(point) * slot.per_block.size() + p) * width;
                row[lane] = lane % channels_ != 0
                                ? row[lane - 1]
                                : curve_of(slot.per_block[p], lane).value(grid_start + point * kControlFrames);
            }
    std::array<double, kMaxBlockFrames> values;
    for (std::size_t p = 0; p < slot.per_frame.size(); ++p)
        for (int lane = 0; lane < places_->width(); ++lane) {
            if (lane % channels_ == 0) curve_of(slot.per_frame[p], lane).fill(out_start, frames, values.data());
            float* out =
                slot.frames.data() + p * static_cast<std::size_t>(frames) * width + static_cast<std::size_t>(lane);
            for (int f = 0; f < frames; ++f)
                out[static_cast<std::size_t>(f) * width] = static_cast<float>(values[static_cast<std::size_t>(f)]);
        }
}

void LaneGroup::write_taps(Slot& slot, FrameCount out_start, int frames, const float* audio, const Flags& quiet) {
    alignas(64) float nowhere[kMaxBlockFrames];
    std::array<float*, kMaxLanes> rows;
    rows.fill(nowhere);
    bool sounds = false;
    for (std::size_t m = 0; m < members_.size(); ++m) {
        Stream* const out = members_[m].streams[slot.index].tap_out;
        if (!out) continue;
        if (quiet[m]) {
            out->write_silence(out_start, frames);
            continue;
        }
        // A stream of one channel takes the first one's, which stands for all.
        for (int channel = 0; channel < std::min(channels_, out->channels()); ++channel)
            rows[static_cast<std::size_t>(places_->place_of()[m] * channels_ + channel)] =
                out->begin_write(out_start, channel);
        sounds = true;
    }
    if (!sounds) return;
    kernels::block_functions().lanes_to_planes(places_->width(), audio, frames, places_->lanes(), rows.data());
    for (std::size_t m = 0; m < members_.size(); ++m)
        if (Stream* const out = members_[m].streams[slot.index].tap_out; out && !quiet[m])
            out->end_write(out_start, frames);
}

}  // namespace dubplate::nodes
