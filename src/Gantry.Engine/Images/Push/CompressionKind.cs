using System.IO.Compression;
using Gantry.Linux.Compression;
using Gantry.Oci.Image;

namespace Gantry.Engine.Images.Push;

/// <summary>How a layer that was made here is compressed for a registry.</summary>
public sealed class CompressionKind
{
    public static readonly CompressionKind Gzip =
        new("gzip", static output => new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true));
    public static readonly CompressionKind Zstd = new("zstd", static output => new ZstdWriteStream(output));
    /// <summary>Sent as it is kept.</summary>
    public static readonly CompressionKind None = new("none", null);

    private readonly Func<Stream, Stream>? _open;

    private CompressionKind(string name, Func<Stream, Stream>? open) => (Name, _open) = (name, open);

    public string Name { get; }

    /// <exception cref="GantryException">Invalid: there is no such one.</exception>
    public static CompressionKind Parse(string name) => name switch
    {
        "gzip" => Gzip,
        "zstd" => Zstd,
        "none" => None,
        _ => throw GantryException.Invalid($"invalid compression \"{name}\": it is one of gzip, zstd and none"),
    };

    /// <summary>Whether there is something to do for such a layer.</summary>
    internal bool Wants(Descriptor layer) => _open is not null && layer.MediaType is MediaTypes.Layer or MediaTypes.DockerLayer;

    /// <returns>A stream to write to, which leaves <paramref name="output"/> open.</returns>
    internal Stream Open(Stream output) => _open!(output);
}
