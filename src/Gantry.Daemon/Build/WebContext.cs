using Gantry.Build;
using Gantry.Build.Contexts;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Daemon.Images;
using Gantry.Storage.Archives;

namespace Gantry.Daemon.Build;

/// <summary>A context that the daemon is to fetch: an archive, or a Dockerfile alone. Which of the two its first bytes say.</summary>
internal static class WebContext
{
    private const int BlockSize = 512;

    /// <param name="dockerfile">Null for files that are copied from alone.</param>
    /// <exception cref="GantryException">NotFound, Invalid: what the server says, or it is no address; Unavailable: nobody answers.
    /// </exception>
    public static ContextDirectory Receive(string remote, string? dockerfile, Builder builder, RegistrySettings settings,
        CancellationToken cancellation)
    {
        if (!remote.StartsWith("http://", StringComparison.Ordinal) && !remote.StartsWith("https://", StringComparison.Ordinal))
            throw GantryException.Invalid($"remoteURL ({remote}) could not be recognized as URL");
        (Stream content, _) = WebAddress.OpenAsync(WebAddress.Parse(remote), settings.Proxies(), static () => { }, cancellation)
            .GetAwaiter().GetResult();
        using (content)
        {
            byte[] head = new byte[BlockSize];
            int length = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            using Stream whole = new PrefixedStream(head.AsMemory(0, length), content);
            if (Decompression.IsArchive(head.AsSpan(0, length)))
                return dockerfile is null ? ContextDirectory.ReceiveFiles(whole, builder.NewDirectory(), cancellation)
                    : ContextDirectory.Receive(whole, builder.NewDirectory(), dockerfile, cancellation);
            if (dockerfile is null) throw GantryException.Invalid($"what {remote} gives is no archive");
            using MemoryStream text = new();
            byte[] buffer = new byte[64 << 10];
            for (int count; (count = whole.Read(buffer)) > 0;)
            {
                text.Write(buffer, 0, count);
                if (text.Length > SourceFile.MaxLength)
                    throw GantryException.Invalid($"what {remote} gives is neither an archive nor a Dockerfile");
            }
            return ContextDirectory.OfDockerfile(text.ToArray(), builder.NewDirectory());
        }
    }
}
