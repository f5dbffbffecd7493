using System.Globalization;
using Gantry.Api.Images;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Output;

/// <summary>Shows a progress stream as docker does, byte by byte: on a terminal one line per layer that is updated in place,
/// elsewhere only what is said once.</summary>
/// <param name="columns">Of the terminal; a narrow one has no room for bars.</param>
internal sealed class MessageDisplay(TextWriter writer, bool isTerminal, int columns = MessageDisplay.Wide)
{
    public const int Wide = 200;
    private const int RoomForBar = 110, RoomForTime = 50, BarWidth = 50;

    /// <summary>Lines that are updated, with their place; what comes without a bar ends the block of them.</summary>
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    /// <param name="descriptor">Where the writer writes to.</param>
    public static MessageDisplay For(TextWriter writer, int descriptor) =>
        new(writer, TerminalSize.IsTerminal(descriptor), TerminalSize.Of(descriptor)?.Columns ?? Wide);

    /// <exception cref="CliException">The daemon reported an error in the stream.</exception>
    public void Show(IEnumerable<JsonMessage> messages)
    {
        foreach (JsonMessage message in messages)
        {
            if (message.Aux is null) Place(message);
            writer.Flush();
        }
    }

    private void Place(JsonMessage message)
    {
        int up = 0;
        if (message is { Id: { Length: > 0 } id } && (message.ProgressDetail is not null || message.Progress is { Length: > 0 }))
        {
            if (!_lines.TryGetValue(id, out int line))
            {
                _lines[id] = line = _lines.Count;
                if (isTerminal) writer.Write('\n');
            }
            up = _lines.Count - line;
            if (isTerminal) writer.Write(string.Create(CultureInfo.InvariantCulture, $"\e[{up}A"));
        }
        else
        {
            _lines.Clear();
        }
        string? error = message.ErrorDetail?.Message is { Length: > 0 } detail ? detail : message.Error;
        if (error is null or "") Write(message);
        if (isTerminal && up > 0) writer.Write(string.Create(CultureInfo.InvariantCulture, $"\e[{up}B"));
        if (error is { Length: > 0 }) throw new CliException(error);
    }

    private void Write(JsonMessage message)
    {
        string bar = message.ProgressDetail is { } progress ? Bar(progress) : "";
        bool inPlace = isTerminal && message.ProgressDetail is not null && string.IsNullOrEmpty(message.Stream);
        if (!isTerminal && bar.Length > 0) return;
        if (inPlace) writer.Write("\e[2K\r");
        if (message.Id is { Length: > 0 } id) writer.Write($"{id}: ");
        if (message.From is { Length: > 0 } from) writer.Write($"(from {from}) ");
        if (inPlace) writer.Write($"{message.Status} {bar}\r");
        else if (message.Stream is { Length: > 0 } text) writer.Write(text);
        else writer.Write($"{message.Status}\n");
    }

    private string Bar(ProgressDetail progress)
    {
        long current = progress.Current ?? 0, total = progress.Total ?? 0;
        if (current <= 0 && total <= 0) return "";
        bool isBytes = string.IsNullOrEmpty(progress.Units);
        if (total <= 0)
            return isBytes ? $"{ByteSize.Text(current),8}" : string.Create(CultureInfo.InvariantCulture, $"{current} {progress.Units}");
        int filled = Math.Clamp((int)((double)current / total * 100) / 2, 0, BarWidth);
        string bar = columns > RoomForBar ? $"[{new string('=', filled)}>{new string(' ', BarWidth - filled)}] " : "";
        string counts = progress.HideCounts == true ? ""
            : !isBytes ? string.Create(CultureInfo.InvariantCulture, $"{current}/{total} {progress.Units}")
            : current > total ? $"{ByteSize.Text(current),8}" : $"{ByteSize.Text(current),8}/{ByteSize.Text(total)}";
        return bar + counts + TimeLeft(progress.Start ?? 0, current, total, filled);
    }

    private string TimeLeft(long start, long current, long total, int filled)
    {
        if (current <= 0 || start <= 0 || filled >= BarWidth || columns <= RoomForTime) return "";
        TimeSpan each = (DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(start)) / current;
        TimeSpan left = TimeSpan.FromSeconds(Math.Floor(each.TotalSeconds * (total - current)));
        string hours = left.TotalHours >= 1 ? $"{(long)left.TotalHours}h" : "", minutes = left.TotalMinutes >= 1 ? $"{left.Minutes}m" : "";
        return $" {hours}{minutes}{left.Seconds}s";
    }
}
