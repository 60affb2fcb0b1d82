#include "cli/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace dubplate::cli {
namespace {

TEST(Summary, HasALineForEveryFileInColumns) {
    render::RenderReport report;
    report.device = "cpu";
    report.threads = 2;
    report.audio_seconds = 183.0;
    report.wall_seconds = 2.0;
    report.times_real_time = 91.5;
    report.peak_memory_bytes = 300 << 20;
    report.stem_sum_residual_dbfs = -141.25;
    render::OutputReport mix, stem;
    mix.file.path = "out/mix.wav";
    mix.peak_dbfs = -1.0;
    mix.rms_dbfs = -14.3;
    stem.kind = render::OutputKind::stem;
    stem.file.path = "out/stems/Chöre.wav";
    stem.file.clipped_samples = 7;
    stem.peak_dbfs = -std::numeric_limits<double>::infinity();
    report.outputs = {mix, stem};
    EXPECT_EQ(summary_text(report),
              "file                 kind        peak dBFS    RMS dBFS   clipped\n"
              "out/mix.wav          mix             -1.00      -14.30         0\n"
              "out/stems/Chöre.wav  stem             -inf        0.00         7\n"
              "\n"
              "The stems sum to the premaster: residual -141.2 dBFS RMS.\n"
              "3:03 in 2.00 s: 91.5 x real time on cpu, 2 threads, 300 MiB of memory.\n");
}

TEST(Summary, SaysNothingOfAResidualWhereTheStemsAreNoPartition) {
    EXPECT_THAT(summary_text(render::RenderReport{}), testing::Not(testing::HasSubstr("residual")));
}

}  // namespace
}  // namespace dubplate::cli
