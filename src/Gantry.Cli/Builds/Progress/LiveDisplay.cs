using System.Globalization;
using System.Text;
using Gantry.Api.Builds;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Builds.Progress;

/// <summary>Draws a build in place on a terminal, ten times a second at most, and once more when it is over.</summary>
internal sealed class LiveDisplay : IDisposable
{
    private const string NoColor = "NO_COLOR";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter _writer;
    private readonly Func<TerminalSize> _size;
    private readonly TimeProvider _time;
    private readonly BuildView _view;
    private readonly Lock _gate = new();
    private readonly bool _isColored;
    private readonly ITimer _timer;
    private IReadOnlyList<BuildView.Line> _drawn = [];
    private bool _isOver;

    /// <param name="size">Asked at each drawing: a window may be made smaller meanwhile.</param>
    public LiveDisplay(TextWriter writer, Func<TerminalSize> size, TimeProvider time)
    {
        (_writer, _size, _time, _view) = (writer, size, time, new BuildView(time.GetUtcNow()));
        // no-color.org: set, and not to nothing.
        _isColored = Environment.GetEnvironmentVariable(NoColor) is not { Length: > 0 };
        _timer = time.CreateTimer(_ => Draw(isOver: false), null, Interval, Interval);
    }

    public void Take(BuildProgress news)
    {
        lock (_gate) _view.Take(news);
    }

    /// <summary>It is over: what has become of it stays on the terminal.</summary>
    /// <param name="hasFailed">What the step said that failed comes behind it.</param>
    public void End(bool hasFailed)
    {
        _timer.Dispose();
        if (_isOver) return;
        Draw(isOver: true);
        if (!hasFailed) return;
        lock (_gate)
            foreach (string line in _view.Failure()) _writer.Write(line + "\n");
        _writer.Flush();
    }

    public void Dispose() => _timer.Dispose();

    private void Draw(bool isOver)
    {
        lock (_gate)
        {
            if (_isOver || _view.IsEmpty) return;
            _isOver = isOver;
            TerminalSize size = _size();
            IReadOnlyList<BuildView.Line> lines = _view.Lines(size, _time.GetUtcNow(), isOver);
            StringBuilder text = new();
            int rows = _drawn.Sum(line => RowsOf(line, size.Columns));
            if (rows > 0) text.Append(CultureInfo.InvariantCulture, $"\e[{rows}A\r");
            foreach (BuildView.Line line in lines) text.Append(Colored(line)).Append("\e[K\n");
            // What is left of a longer drawing.
            text.Append("\e[J");
            _drawn = lines;
            _writer.Write(text.ToString());
            _writer.Flush();
        }
    }

    /// <summary>Lines that were drawn for a wider window have been wrapped by the terminal since.</summary>
    private static int RowsOf(BuildView.Line line, int columns) => Math.Max(1, (DisplayWidth.Of(line.Text) + columns - 1) / columns);

    private string Colored(BuildView.Line line) => !_isColored ? line.Text : line.Kind switch
    {
        LineKind.Done => $"\e[34m{line.Text}\e[0m",
        LineKind.Failed => $"\e[31m{line.Text}\e[0m",
        LineKind.Log => $"\e[2m{line.Text}\e[0m",
        _ => line.Text,
    };
}
