using Gantry.Build.Dockerfile.Lexing;
using Gantry.Cli.CommandLine;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Cli.Builds.Context;

/// <summary>What comes on standard input: an archive, compressed or not, or the text of a Dockerfile and nothing else.</summary>
internal static class InputContext
{
    private const string Dockerfile = "Dockerfile";
    private const int HeadLength = 512;

    public static BuildContext Read(Stream input, string file)
    {
        byte[] head = new byte[HeadLength];
        head = head[..input.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false)];
        if (Decompression.IsArchive(head))
        {
            return new BuildContext(file.Length > 0 ? file : Dockerfile, null, stream =>
            {
                stream.Write(head);
                input.CopyTo(stream, 128 << 10);
            });
        }
        if (file.Length > 0) throw BuildContext.Refuse("ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles");
        byte[] text = [.. head, .. ReadText(input, SourceFile.MaxLength - head.Length)];
        return new BuildContext(Dockerfile, null, stream =>
        {
            TarWriter tar = new(stream);
            tar.WriteFile(Dockerfile, text, Now());
            tar.Dispose();
        });
    }

    /// <summary>A Dockerfile; whatever is longer is none.</summary>
    public static byte[] ReadText(Stream input, int limit = SourceFile.MaxLength)
    {
        using MemoryStream text = new();
        byte[] piece = new byte[64 << 10];
        while (input.Read(piece) is > 0 and int count)
        {
            if (text.Length + count > limit) throw BuildContext.Refuse($"the Dockerfile is longer than {SourceFile.MaxLength} bytes");
            text.Write(piece, 0, count);
        }
        return text.ToArray();
    }

    public static FileTime Now() => new(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 0);
}
