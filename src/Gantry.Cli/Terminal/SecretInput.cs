using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Terminal;

/// <summary>Lines that a person types.</summary>
internal static class SecretInput
{
    public static string ReadLine()
    {
        List<byte> line = [];
        int b;
        while ((b = StandardStreams.RawIn.ReadByte()) is >= 0 and not '\n') line.Add((byte)b);
        return System.Text.Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
    }

    /// <summary>Without showing it.</summary>
    public static string ReadHidden()
    {
        List<byte> line = [];
        using (RawMode.Enter(0))
        {
            int b;
            while ((b = StandardStreams.RawIn.ReadByte()) is >= 0 and not '\r' and not '\n' and not 4)
            {
                if (b == 3) throw new CliException("", 130);
                if (b is 127 or 8) { if (line.Count > 0) line.RemoveAt(line.Count - 1); }
                else line.Add((byte)b);
            }
        }
        return System.Text.Encoding.UTF8.GetString([.. line]);
    }
}
