using System.Text;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Solver;

namespace Gantry.Daemon.Build;

/// <summary>A build as Docker's own builder tells it: one step after the other, in the order of the file, whatever goes on side by
/// side.</summary>
/// <param name="idAfter">What the build is called after a stage's step.</param>
/// <param name="write">Gets the text; one call at a time.</param>
internal sealed class ClassicProgress : IBuildReport
{
    private readonly Lock _gate = new();
    private readonly List<Line> _steps = [];
    private readonly Dictionary<Vertex, Line> _byVertex = new(ReferenceEqualityComparer.Instance);
    private readonly Func<PlannedStage, int, string> _idAfter;
    private readonly Action<string> _write;
    private readonly bool _keeps;
    private int _turn;

    /// <summary>One step: what it has to say, and whether that is all.</summary>
    private sealed class Line
    {
        public required PlannedStage? Stage { get; init; }
        public required int Index { get; init; }
        public required PlannedStep Step { get; init; }
        public StringBuilder Text { get; } = new();
        public string? Container { get; set; }
        public bool IsDone { get; set; }
        /// <summary>A stream may pause in the middle of a character, while the other one goes on.</summary>
        public Decoder Output { get; } = Encoding.UTF8.GetDecoder();
        public Decoder Errors { get; } = Encoding.UTF8.GetDecoder();
    }

    /// <summary>Characters of a step that are kept until its turn comes, should a step before it take for ever: its beginning and its
    /// end.</summary>
    private const int MostKept = 1 << 20;

    /// <param name="keeps">The containers of steps would stay: nothing is said of their removal.</param>
    public ClassicProgress(BuildPlan plan, Func<PlannedStage, int, string> idAfter, Action<string> write, bool keeps)
    {
        (_idAfter, _write, _keeps) = (idAfter, write, keeps);
        foreach (PlannedStep global in plan.Globals) Add(null, 0, global).IsDone = true;
        foreach (PlannedStage stage in plan.Stages)
            for (int i = 0; i < stage.Steps.Count; i++) Add(stage, i, stage.Steps[i]);
        int total = _steps.Count(line => !line.Step.IsTrigger), number = 0;
        foreach (Line line in _steps)
        {
            int triggers = line.Stage?.Steps.Count(step => step.IsTrigger) ?? 0;
            if (!line.Step.IsTrigger) line.Text.Append($"Step {++number}/{total} : {line.Step.Title}\n");
            if (line.Step.Remark is { } remark) line.Text.Append(remark).Append('\n');
            if (line.Index == 0 && triggers > 0) line.Text.Append($"# Executing {triggers} build trigger{(triggers > 1 ? "s" : "")}\n");
        }
    }

    public void Start()
    {
        lock (_gate) Advance();
    }

    public void Cached(Vertex vertex, StepOutcome outcome) => Say(vertex, line => Ended(line, " ---> Using cache\n"));

    public void Started(Vertex vertex, string id) => Say(vertex, line =>
    {
        if (vertex is CopyVertex) return "";
        line.Container = id[..12];
        return $" ---> Running in {line.Container}\n";
    });

    public void Output(Vertex vertex, ReadOnlyMemory<byte> text, bool isError) => Say(vertex, line =>
    {
        Decoder decoder = isError ? line.Errors : line.Output;
        char[] characters = new char[decoder.GetCharCount(text.Span, flush: false)];
        decoder.GetChars(text.Span, characters, flush: false);
        // As Docker has it: in red, piece by piece.
        return isError ? $"\e[91m{new string(characters)}\e[0m" : new string(characters);
    });

    public void Finished(Vertex vertex, StepOutcome outcome) => Say(vertex, line =>
        Ended(line, line.Container is { } container && !_keeps ? $"Removing intermediate container {container}\n" : ""));

    /// <summary>It has failed: whatever was said by now is told.</summary>
    public void End()
    {
        lock (_gate)
        {
            foreach (Line line in _steps.Skip(_turn).Where(line => line.Container is not null || line.IsDone)) Flush(line);
        }
    }

    public void Made(string id, IEnumerable<string> names)
    {
        if (id.Length > 0) _write($"Successfully built {id[7..19]}\n");
        foreach (string name in names) _write($"Successfully tagged {name}\n");
    }

    private Line Add(PlannedStage? stage, int index, PlannedStep step)
    {
        Line line = new() { Stage = stage, Index = index, Step = step };
        _steps.Add(line);
        // A stage that begins from another one has that one's result as its first vertex.
        if (step.Vertex is { } vertex && !_byVertex.TryAdd(vertex, line)) line.IsDone = true;
        return line;
    }

    private string Ended(Line line, string text)
    {
        line.IsDone = true;
        return text + Arrow(line);
    }

    /// <summary>An image and its triggers have one, behind the last of them.</summary>
    private string Arrow(Line line)
    {
        if (line.Stage is { } stage && line.Index + 1 < stage.Steps.Count && stage.Steps[line.Index + 1].IsTrigger) return "";
        string id = line.Stage is null ? "" : _idAfter(line.Stage, line.Index);
        return $" ---> {(id.Length > 0 ? id[7..19] : "")}\n";
    }

    private void Say(Vertex vertex, Func<Line, string> text)
    {
        lock (_gate)
        {
            if (!_byVertex.TryGetValue(vertex, out Line? line)) return;
            line.Text.Append(text(line));
            Advance();
            Shorten(line);
        }
    }

    private static void Shorten(Line line)
    {
        const int half = MostKept / 2;
        if (line.Text.Length <= 2 * MostKept) return;
        line.Text.Remove(half, line.Text.Length - MostKept)
            .Insert(half, "\n[more than is kept of a step that ran ahead is left out here]\n");
    }

    /// <summary>Tells what is to be told, up to the first step that goes on.</summary>
    private void Advance()
    {
        for (; _turn < _steps.Count; _turn++)
        {
            Line line = _steps[_turn];
            bool isAgain = line.Step.Vertex is { } vertex && _byVertex[vertex] != line;
            if (isAgain) line.Text.Append(Arrow(line));
            Flush(line);
            if (!line.IsDone) return;
        }
    }

    private void Flush(Line line)
    {
        if (line.Text.Length == 0) return;
        _write(line.Text.ToString());
        line.Text.Clear();
    }
}
