using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Api.Wire;

namespace Gantry.Cli.Output;

/// <summary>Reads a stream of JSON objects, one to a line, as they come in.</summary>
internal static class JsonLines
{
    // The longest line that a daemon has reason to send; more means that what answers is not one.
    private const int MaxLine = 16 * 1024 * 1024;

    public static IEnumerable<byte[]> Read(Stream stream)
    {
        byte[] buffer = new byte[16 * 1024];
        MemoryStream line = new();
        int count;
        while ((count = stream.Read(buffer)) > 0)
        {
            int start = 0;
            for (int end; (end = Array.IndexOf(buffer, (byte)'\n', start, count - start)) >= 0; start = end + 1)
            {
                line.Write(buffer, start, end - start);
                if (line.Length > 1) yield return line.ToArray();
                line.SetLength(0);
            }
            line.Write(buffer, start, count - start);
            if (line.Length > MaxLine) throw new ApiConnectionException("the daemon sent a line of more than 16 MiB");
        }
        if (line.Length > 1) yield return line.ToArray();
    }

    public static IEnumerable<JsonMessage> Messages(Stream stream)
    {
        foreach (byte[] line in Read(stream))
        {
            yield return JsonAnswer.Decode(line, ApiJson.Default.JsonMessage);
        }
    }
}
