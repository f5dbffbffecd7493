using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Files;

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

    private static bool TryAppend(string path, string line)
    {
        try
        {
            using SafeFileDescriptor file = LinuxFile.Open(path, OpenFlags.WriteOnly | OpenFlags.Append | OpenFlags.Create, 0x1A4);
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
        string time = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        string line = json
            ? $"{{\"level\":\"{level}\",\"msg\":\"{JsonEncodedText.Encode(message)}\",\"time\":\"{time}\"}}\n"
            : $"time=\"{time}\" level={level} msg=\"{message.Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n";
        if (path is null || !TryAppend(path, line))
        {
            if (level != "error") StandardError.Write(line);
        }
    }
}
