using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.CommandLine;

/// <summary>The messages: to the file of <c>--log</c>, whose last line tells callers such as containerd and podman the reason of a failure,
/// else to stderr.</summary>
internal sealed class RuntimeLog(string? path, bool json, bool debug)
{
    /// <summary>Also to stderr in plain words, whatever the file gets.</summary>
    public void Error(string message)
    {
        if (path is not null) Write("error", message);
        StandardError.Write(path is null && json ? Line("error", message) : $"{RuntimeCommand.Program}: {message}\n");
    }

    public void Warning(string message) => Write("warning", message);

    public void Debug(string message)
    {
        if (debug) Write("debug", message);
    }

    private static bool TryAppend(string path, string line)
    {
        try
        {
            using SafeFileDescriptor file = LinuxFile.Open(path, OpenFlags.WriteOnly | OpenFlags.Append | OpenFlags.Create, Octal.O644);
            Descriptor.WriteAll(file.Number, Encoding.UTF8.GetBytes(line));
            return true;
        }
        catch (KernelException e)
        {
            // What could not be logged is not lost, and a log is no reason to fail a container.
            StandardError.Write($"gantry-runtime: --log: {e.Message}\n");
            return false;
        }
    }

    private void Write(string level, string message)
    {
        string line = Line(level, message);
        if (path is null || !TryAppend(path, line)) StandardError.Write(line);
    }

    private string Line(string level, string message)
    {
        string time = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return json
            ? $"{{\"level\":\"{level}\",\"msg\":\"{JsonEncodedText.Encode(message)}\",\"time\":\"{time}\"}}\n"
            : $"time=\"{time}\" level={level} msg={GoQuote.Quote(message)}\n";
    }
}
