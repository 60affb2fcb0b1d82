#include "engine/render/completion.h"

#include <algorithm>
#include <optional>

#include "kernels/shared/math.h"

namespace dubplate::render {

double dbfs(double amplitude) {
    return amplitude > 0.0 ? std::max(kernels::decibels_of_gain(amplitude), -300.0) : -300.0;
}
double dbfs_of_square(double square) {
    return square > 0.0 ? std::max(0.5 * kernels::decibels_of_gain(square), -300.0) : -300.0;
}

Result<Completion> complete_files(const std::vector<OutputFile>& outputs, const std::vector<nodes::FileStep*>& steps,
                                  const Inputs& inputs, int file_rate, graph::Executor& executor,
                                  const std::function<bool()>& poll, nodes::Profile* profile) {
    Completion made;
    made.outputs.resize(outputs.size());
    made.inputs.resize(inputs.paths.size());
    std::vector<std::optional<audio::CompletedFile>> completed(outputs.size());
    std::vector<graph::Job> jobs;
    for (std::size_t k = 0; k < outputs.size(); ++k) {
        jobs.emplace_back([&, k](const std::stop_token& stop) -> Result<void> {
            auto file = steps[k]->complete(stop);
            if (!file) return fail(file.error());
            completed[k].emplace(std::move(*file));
            const audio::SinkReport& report = completed[k]->report;
            made.outputs[k] = {outputs[k].kind,
                               outputs[k].name,
                               outputs[k].format,
                               file_rate,
                               report,
                               dbfs(report.peak),
                               dbfs_of_square(report.mean_square)};
            return {};
        });
        jobs.back().label = {outputs[k].name, "complete outputs"};
    }
    for (std::size_t k = 0; k < inputs.paths.size(); ++k) {
        jobs.emplace_back([&, k](const std::stop_token& stop) -> Result<void> {
            const audio::InputFile& file = *inputs.files[k];
            auto info = audio::probe_source(file);
            if (!info) return fail(info.error());
            auto hash = file.hash(stop);
            if (!hash) return fail(hash.error());
            made.inputs[k] = {std::move(*info), std::move(*hash)};
            return file.check_unchanged();
        });
        jobs.back().label = {inputs.paths[k], "hash inputs"};
    }
    if (auto ok = graph::run_all(std::move(jobs), executor, poll, profile); !ok) return fail(std::move(ok.error()));
    for (auto& file : completed) made.files.push_back(std::move(*file));
    return made;
}

Result<void> commit_files(std::vector<audio::OutputFile>& files, graph::Executor& executor) {
    if (auto ok = audio::commit_all(files); !ok) return ok;
    std::vector<graph::Job> jobs;
    for (audio::OutputFile& file : files)
        jobs.emplace_back([&file](const std::stop_token&) -> Result<void> {
            file.remove_replaced();
            return {};
        });
    // What this leaves goes in the end: the outputs are there.
    static_cast<void>(graph::run_all(std::move(jobs), executor, {}));
    return {};
}

}  // namespace dubplate::render
