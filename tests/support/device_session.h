#pragma once

/// A session that is rendered on the CPU and on the twin, and what holds for whatever a device renders.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "kernels/device/twin/twin.h"
#include "tests/support/device_null.h"
#include "tests/support/render_session.h"

namespace dubplate::test {

class DeviceSession : public testing::Test {
protected:
    using Change = std::function<void(render::RenderJob&)>;

    DeviceSession() : session_(empty_session(folder_.path())) {}

    Rendered on(const std::string& device, const Change& change = {}) {
        return render(session_, folder_.path(), [&](render::RenderJob& job) {
            job.device = device;
            if (change) change(job);
        });
    }
    std::string mix_hash(const Change& change) { return on("hosttwin", change).hashes.at("mix"); }

    void expect_that_chunks_threads_and_delays_change_no_bit(const std::vector<FrameCount>& chunks) {
        const Rendered reference = on("hosttwin");
        for (const FrameCount frames : chunks)
            EXPECT_THAT(
                differing(on("hosttwin", [&](render::RenderJob& job) { job.chunk_frames = frames; }), reference),
                testing::IsEmpty())
                << frames;
        EXPECT_THAT(differing(on("hosttwin",
                                 [](render::RenderJob& job) {
                                     job.executor = render::ExecutorKind::threads;
                                     job.threads = 5;
                                 }),
                              reference),
                    testing::IsEmpty());
        device::TwinFaults slow;
        slow.most_delay_us = 300;
        const device::InjectedTwinFaults faults(slow);
        EXPECT_THAT(differing(on("hosttwin", [](render::RenderJob& job) { job.chunk_frames = 8192; }), reference),
                    testing::IsEmpty());
    }

    void expect_that_a_range_is_a_cut_of_the_whole() {
        const Rendered whole = on("hosttwin");
        const Rendered part = on("hosttwin", [](render::RenderJob& job) {
            job.from = session::frames(20001);
            job.to = session::frames(45000);
        });
        for (const auto& [name, audio] : part.outputs)
            for (std::size_t c = 0; c < audio.size(); ++c)
                EXPECT_TRUE(std::equal(audio[c].begin(), audio[c].end(), whole.outputs.at(name)[c].begin() + 20001))
                    << name;
    }

    /// In chunks of 65536 frames and ever less memory of the device, until a render fails for lack of it: all before have the
    /// same bits. Answers how many there were.
    int renders_in_less_memory(std::uint64_t bytes) {
        const auto large_chunks = [](render::RenderJob& job) { job.chunk_frames = 65536; };
        const Rendered reference = on("hosttwin", large_chunks);
        device::TwinFaults small;
        int renders = 0;
        for (small.memory_bytes = bytes; small.memory_bytes > 0; small.memory_bytes -= small.memory_bytes / 6) {
            const device::InjectedTwinFaults faults(small);
            render::RenderJob job;
            job.output_folder = folder_.file("small");
            job.formats = {audio::FileFormat::wav32f};
            job.device = "hosttwin";
            large_chunks(job);
            const auto report = render::render(session_, job);
            if (!report) {
                EXPECT_EQ(report.error().code, ErrorCode::device);
                EXPECT_THAT(report.error().message, testing::HasSubstr("--device cpu"));
                break;
            }
            ++renders;
            EXPECT_FALSE(report->outputs.empty());
            for (const render::OutputReport& output : report->outputs)
                EXPECT_EQ(output.file.sha256, reference.hashes.at(output.name)) << small.memory_bytes;
        }
        EXPECT_GT(small.memory_bytes, 0u);
        return renders;
    }

    TempFolder folder_;
    session::Session session_;
};

}  // namespace dubplate::test
