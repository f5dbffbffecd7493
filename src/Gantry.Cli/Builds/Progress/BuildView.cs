using System.Globalization;
using Gantry.Api.Builds;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Builds.Progress;

/// <summary>What is known of a build, laid out for a terminal: a line for each step that has begun, and below those that go on the last of
/// what they say.</summary>
internal sealed class BuildView
{
    private const string Mark = " => ", PartMark = " => => ", LogMark = " => => # ";
    private const int MostLog = 6, MostFailed = 20, MostParts = 8, LeastName = 10;

    private readonly Dictionary<string, ShownStep> _steps = new(StringComparer.Ordinal);
    private readonly List<ShownStep> _order = [];
    private readonly DateTimeOffset _began;

    public BuildView(DateTimeOffset began) => _began = began;

    /// <summary>A line without a line feed, and how it is meant.</summary>
    public readonly record struct Line(string Text, LineKind Kind);

    /// <summary>Nobody has told anything yet.</summary>
    public bool IsEmpty => _order.Count == 0;

    public void Take(BuildProgress news)
    {
        foreach (BuildVertex vertex in news.Vertexes ?? []) Of(vertex.Digest, vertex.Name).Take(vertex);
        foreach (BuildVertexStatus status in news.Statuses ?? [])
            if (_steps.TryGetValue(status.Vertex, out ShownStep? step)) step.Take(status);
        foreach (BuildVertexLog log in news.Logs ?? [])
            if (_steps.TryGetValue(log.Vertex, out ShownStep? step)) step.Take(log);
    }

    /// <summary>All that has begun, one below the other; where that is more than there is room for, what goes on comes first.</summary>
    /// <param name="isOver">It is drawn for the last time, and all of it stays.</param>
    public IReadOnlyList<Line> Lines(TerminalSize size, DateTimeOffset now, bool isOver)
    {
        List<ShownStep> begun =
            [.. _order.Where(step => step.Started is not null).OrderBy(step => step.Completed is null).ThenBy(step => step.Started)];
        int done = _order.Count(step => step.Completed is not null), room = isOver ? int.MaxValue : Math.Max(1, size.Rows - 2);
        int mostLog = Math.Min(MostLog, room / 3);
        List<List<Line>> blocks = [.. begun.Select(step => Block(step, size.Columns, now, isOver, mostLog))];
        // The oldest of what is done goes first, and of what goes on the lines below.
        int total = blocks.Sum(block => block.Count), first = 0;
        for (; first < blocks.Count && total > room && begun[first].Completed is not null; first++) total -= blocks[first].Count;
        List<Line> lines = [new Line(Cut(Head(done, now, isOver), size.Columns), LineKind.Head)];
        lines.AddRange(blocks.Skip(first).SelectMany(block => block).Take(room));
        return lines;
    }

    /// <summary>What the step said that failed; nothing where none did.</summary>
    public IReadOnlyList<string> Failure()
    {
        ShownStep? failed = _order.Find(step => step.Error is not null and not "canceled");
        if (failed is null) return [];
        List<string> lines = [.. failed.Lines.Select(CellText.Plain)];
        return ["------", $" > {CellText.Plain(failed.Name)}:", .. lines.Skip(Math.Max(0, lines.Count - MostFailed)), "------"];
    }

    private string Head(int done, DateTimeOffset now, bool isOver) => string.Create(CultureInfo.InvariantCulture,
        $"[+] Building {(now - _began).TotalSeconds:0.0}s ({done}/{_order.Count}){(isOver && done == _order.Count ? " FINISHED" : "")}");

    private static List<Line> Block(ShownStep step, int columns, DateTimeOffset now, bool isOver, int mostLog)
    {
        TimeSpan took = (step.Completed ?? now) - step.Started!.Value;
        string time = string.Create(CultureInfo.InvariantCulture, $" {Math.Max(0, took.TotalSeconds):0.0}s");
        string state = step.Error == "canceled" ? "CANCELED " : step.Error is not null ? "ERROR " : step.IsCached ? "CACHED " : "";
        LineKind kind = step.Error is not null ? LineKind.Failed : step.IsRunning ? LineKind.Running : LineKind.Done;
        List<Line> lines = [new Line(Row(Mark + state + CellText.Plain(step.Name), time, columns), kind)];
        bool isInternal = !step.Name.StartsWith('[') || step.Name.StartsWith("[internal]", StringComparison.Ordinal);
        if (step.IsRunning || (isOver && isInternal))
            lines.AddRange(step.Parts.TakeLast(MostParts).Select(part => new Line(Cut(PartMark + CellText.Plain(part), columns), kind)));
        if (step.IsRunning && !isOver)
            lines.AddRange(step.Lines.TakeLast(mostLog)
                .Select(text => new Line(Cut(LogMark + CellText.Plain(text), columns), LineKind.Log)));
        return lines;
    }

    /// <summary>The time stands at the right edge.</summary>
    private static string Row(string text, string time, int columns)
    {
        if (columns - 1 - time.Length < LeastName) return Cut(text, columns);
        string cut = Cut(text, columns - time.Length);
        return cut + new string(' ', columns - 1 - time.Length - DisplayWidth.Of(cut)) + time;
    }

    /// <summary>The last column stays free: some terminals begin a new line when it is written.</summary>
    private static string Cut(string text, int columns) => CellText.Cut(text, Math.Max(1, columns - 1));

    private ShownStep Of(string digest, string name)
    {
        if (_steps.TryGetValue(digest, out ShownStep? step)) return step;
        _steps[digest] = step = new ShownStep(name);
        _order.Add(step);
        return step;
    }
}
