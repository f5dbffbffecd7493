using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gantry.Runtime.CommandLine;

/// <summary>The file of <c>--log</c>: callers such as containerd and podman read the reason of a failure from its last line.</summary>
internal sealed class RuntimeLog(string? path, bool json, bool debug)
{
    internal void Error(string message) => Write("error", message);

    internal void Warning(string message) => Write("warning", message);

    internal void Debug(string message)
    {
        if (debug) Write("debug", message);
    }

    private void Write(string level, string message)
    {
        string time = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        string line = json
            ? $"{{\"level\":\"{level}\",\"msg\":\"{JsonEncodedText.Encode(message)}\",\"time\":\"{time}\"}}\n"
            : $"time=\"{time}\" level={level} msg=\"{message.Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n";
        if (path is not null) File.AppendAllBytes(path, Encoding.UTF8.GetBytes(line));
        else if (level != "error") StandardError.Write(line);
    }
}
