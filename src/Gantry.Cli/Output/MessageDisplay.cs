using System.Globalization;
using Gantry.Api;

namespace Gantry.Cli.Output;

/// <summary>Shows a progress stream: on a terminal one line per layer that is updated in place, elsewhere only what is said once.</summary>
internal sealed class MessageDisplay(TextWriter writer, bool isTerminal)
{
    private const int BarWidth = 50;
    private readonly Dictionary<string, int> lines = new(StringComparer.Ordinal);
    private int written;

    /// <exception cref="CliException">The daemon reported an error in the stream.</exception>
    public void Show(IEnumerable<JsonMessage> messages)
    {
        foreach (JsonMessage message in messages)
        {
            string? error = message.ErrorDetail?.Message is { Length: > 0 } detail ? detail : message.Error;
            if (error is { Length: > 0 }) throw new CliException(error);
            Show(message);
            writer.Flush();
        }
    }

    private void Show(JsonMessage message)
    {
        if (message.Stream is { Length: > 0 } text)
        {
            writer.Write(text);
            return;
        }
        bool hasProgress = message.ProgressDetail is { } p && (p.Current > 0 || p.Total > 0);
        if (!isTerminal)
        {
            if (!hasProgress) writer.Write($"{Prefix(message)}{message.Status}\n");
            return;
        }
        string line = Prefix(message) + message.Status + (hasProgress ? " " + Bar(message.ProgressDetail!) : "");
        if (message.Id is { Length: > 0 } id && message.ProgressDetail is not null) Update(id, line);
        else WriteNew(line);
    }

    private void WriteNew(string line)
    {
        writer.Write(line + "\n");
        written++;
    }

    private static string Prefix(JsonMessage message) => message.Id is { Length: > 0 } id ? $"{id}: " : "";

    /// <summary>Goes up to the line of that layer, writes it anew and comes back.</summary>
    private void Update(string id, string line)
    {
        if (!lines.TryGetValue(id, out int at))
        {
            lines[id] = written;
            WriteNew(line);
            return;
        }
        int up = written - at;
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"\e[{up}A\e[2K\r{line}\r\e[{up}B"));
    }

    private static string Bar(ProgressDetail progress)
    {
        long current = progress.Current ?? 0, total = progress.Total ?? 0;
        if (total <= 0) return Human.Size(current);
        int filled = (int)Math.Min(BarWidth, current * BarWidth / total);
        string bar = new string('=', filled) + (filled < BarWidth ? ">" : "") + new string(' ', Math.Max(0, BarWidth - 1 - filled));
        return $"[{bar}] {Human.Size(current),8}/{Human.Size(total)}";
    }
}
