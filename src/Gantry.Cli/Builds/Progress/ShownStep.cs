using System.Text;
using Gantry.Api.Builds;

namespace Gantry.Cli.Builds.Progress;

/// <summary>One step as a terminal shows it: what it is now, and the last of what it has written.</summary>
internal sealed class ShownStep(string name)
{
    /// <summary>Lines that are kept: more than any of them is shown of a step that failed.</summary>
    public const int MostLines = 200;
    private const int MostCharacters = 4096;

    private readonly Decoder[] _decoders = [Encoding.UTF8.GetDecoder(), Encoding.UTF8.GetDecoder()];
    private readonly StringBuilder[] _open = [new(), new()];
    private readonly Dictionary<string, string> _parts = [];
    private readonly List<string> _partOrder = [];
    private readonly Queue<string> _lines = new();

    public string Name { get; } = name;
    public DateTimeOffset? Started { get; private set; }
    public DateTimeOffset? Completed { get; private set; }
    public bool IsCached { get; private set; }
    public string? Error { get; private set; }

    public bool IsRunning => Started is not null && Completed is null;

    /// <summary>What it has written, line by line; one that has not ended is the last.</summary>
    public IEnumerable<string> Lines => _lines.Concat(_open.Where(line => line.Length > 0).Select(line => line.ToString()));

    /// <summary>Parts that take their time, in the order in which they began.</summary>
    public IEnumerable<string> Parts => _partOrder.Select(id => _parts[id]);

    public void Take(BuildVertex vertex) =>
        (Started, Completed, IsCached, Error) = (vertex.Started, vertex.Completed, vertex.Cached, vertex.Error);

    public void Take(BuildVertexStatus status)
    {
        if (!_parts.ContainsKey(status.Id)) _partOrder.Add(status.Id);
        string amount = status.Total is > 0 and long total ? $" {ByteSize.Text(status.Current)} / {ByteSize.Text(total)}"
            : status.Current > 0 ? $" {ByteSize.Text(status.Current)}" : "";
        _parts[status.Id] = (status.Name ?? status.Id) + amount;
    }

    /// <summary>A carriage return begins a line again, as programs use it that show how far they are.</summary>
    public void Take(BuildVertexLog log)
    {
        int stream = log.Stream == 2 ? 1 : 0;
        char[] characters = new char[_decoders[stream].GetCharCount(log.Data, flush: false)];
        _decoders[stream].GetChars(log.Data, characters, flush: false);
        StringBuilder line = _open[stream];
        foreach (char c in characters)
        {
            if (c == '\n')
            {
                Add(line.ToString().TrimEnd('\r'));
                line.Clear();
                continue;
            }
            if (line.Length > 0 && line[^1] == '\r') line.Clear();
            if (line.Length < MostCharacters) line.Append(c);
        }
    }

    private void Add(string line)
    {
        _lines.Enqueue(line);
        if (_lines.Count > MostLines) _lines.Dequeue();
    }
}
