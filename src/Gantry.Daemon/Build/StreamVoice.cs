using System.Text;
using Gantry.Api.Builds;
using Gantry.Api.Images;
using Gantry.Api.Wire;
using Gantry.Build.Dockerfile.Checks;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Results;
using Gantry.Build.Solver;
using Gantry.Daemon.Images;

namespace Gantry.Daemon.Build;

/// <summary>Tells a build by the answer of its request, in Docker's words or step by step.</summary>
/// <param name="vertices">Tells it step by step; null where it is told in Docker's words.</param>
internal sealed class StreamVoice(BuildQuery query, ProgressStream output, VertexProgress? vertices) : IBuildVoice
{
    /// <summary>Characters that are kept of what a quiet build does not tell: its end, should it fail.</summary>
    private const int MostUntold = 1 << 20;

    private readonly StringBuilder _untold = new();
    private readonly List<IBuildReport> _reports = vertices is null ? [] : [vertices];
    private TextInTurns? _turns;

    public bool HearsChecks => query.Checks;

    public void Found(IReadOnlyList<BuildWarning> warnings)
    {
        if (warnings.Count > 0) Result(new BuildResult { Warnings = [.. warnings.Select(DockerfileChecks.Wire)] });
    }

    public void Say(string text)
    {
        if (!query.Quiet)
        {
            output.Write(new JsonMessage { Stream = text });
            return;
        }
        lock (_untold)
        {
            _untold.Append(text);
            if (_untold.Length > 2 * MostUntold) _untold.Remove(0, _untold.Length - MostUntold);
        }
    }

    public IReadOnlyList<IBuildProgress> Begin(BuildFile file, IReadOnlyList<SolvedBuild> builds)
    {
        if (!query.Checks) WarnOfEmptyLines(file);
        bool areSeveral = builds.Count > 1;
        if (vertices is not null)
        {
            foreach (SolvedBuild build in builds) vertices.Planned(build.Plan, areSeveral ? build.Platform.ToString() : "");
            vertices.Start();
            return [.. builds.Select(_ => vertices)];
        }
        TextInTurns turns = _turns = new TextInTurns(builds.Count, Say);
        for (int i = 0; i < builds.Count; i++)
        {
            (int which, SolvedBuild build) = (i, builds[i]);
            if (areSeveral) turns.Say(which, $"Platform {build.Platform}\n");
            ClassicProgress report = new(build.Plan, new StepNames(build.Plan, build.Image, build.Run.Outcome).After,
                text => turns.Say(which, text), query.KeepsContainers);
            _reports.Add(report);
            report.Start();
        }
        return [.. _reports];
    }

    public void Solved(int which) => _turns?.End(which);

    public void Fail()
    {
        foreach (IBuildReport report in _reports) report.End();
        _turns?.EndAll();
        // Who asked for nothing but the result wants to know why there is none.
        if (_untold.Length > 0) output.Write(new JsonMessage { Stream = _untold.ToString() });
    }

    public Task CacheAsync(Func<Action<Action<Stream>>, Task> export) =>
        export(write => Give(write, static piece => new BuildResult { Cache = piece }));

    /// <summary>An archive within the answer.</summary>
    /// <param name="line">For a piece of it.</param>
    public void Give(Action<Stream> write, Func<byte[], BuildResult> line)
    {
        FilesStream files = new(output, line);
        write(files);
        files.Finish();
    }

    /// <summary>It has succeeded.</summary>
    /// <param name="id">Of the image; empty for nothing.</param>
    /// <param name="index">The digest of an index that it has; null for none.</param>
    /// <param name="names">That it was given.</param>
    public void Made(string id, string? index, IEnumerable<string> names)
    {
        if (query.Quiet)
        {
            if (index is not null) Result(new BuildResult { Index = index });
            output.Write(new JsonMessage { Stream = $"{id}\n" });
            return;
        }
        if (id.Length == 0) return;
        Result(new BuildResult { ID = id, Index = index });
        _reports[^1].Made(id, names);
    }

    private void Result(BuildResult result) => output.Write(new BuildResultMessage { Aux = result }, ApiJson.Default.BuildResultMessage);

    /// <summary>The one thing that Docker's own builder says of the style of a file; who hears the checks hears of it there.</summary>
    private void WarnOfEmptyLines(BuildFile file)
    {
        string[] interrupted = [.. file.Lexed.Interrupted().Select(statement => statement.Text)];
        if (interrupted.Length == 0) return;
        string found = string.Concat(interrupted.Select(text => $"[WARNING]: Empty continuation line found in:\n    {text}\n"));
        Say($"\e[91m{found}[WARNING]: Empty continuation lines will become errors in a future release.\n\e[0m");
    }
}
