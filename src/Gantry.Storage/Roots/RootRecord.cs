using System.Text.Json.Serialization;
using Gantry.Oci.Image;

namespace Gantry.Storage.Roots;

/// <summary>One root of an owner; on disk as <c>roots/&lt;owner&gt;/&lt;name&gt;.json</c>.</summary>
/// <remarks>Members that are added later keep the version as long as what is named here is all that must be kept.
/// All of these must be there: something else in this place must not be taken for a root that names nothing.</remarks>
public sealed record RootRecord
{
    /// <summary>What this program can read.</summary>
    public const int Known = 1;

    public required int Version { get; init; }
    public required string Owner { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyList<string> Blobs { get; init; }
    public required IReadOnlyList<string> Layers { get; init; }
    public required IReadOnlyList<string> Snapshots { get; init; }
}

/// <summary>A lease; on disk as <c>leases/&lt;id&gt;.json</c>.</summary>
/// <inheritdoc cref="RootRecord"/>
internal sealed record LeaseRecord
{
    public required int Version { get; init; }
    public required string Owner { get; init; }
    public required string Purpose { get; init; }
    public required DateTimeOffset Expires { get; init; }
    /// <summary>The boot that wrote what is named: after another one it may not have reached the disk, and the lease is over.
    /// Null where all of it was synced.</summary>
    public string? Boot { get; init; }
    public bool KeepsDownloads { get; init; }
    public required IReadOnlyList<string> Blobs { get; init; }
    public required IReadOnlyList<string> Layers { get; init; }
    public required IReadOnlyList<string> Snapshots { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RootRecord))]
[JsonSerializable(typeof(LeaseRecord))]
internal sealed partial class RootJson : JsonSerializerContext;

/// <summary>Reads records of roots and leases, of which nothing is taken that is only half understood.</summary>
internal static class RootRecords
{
    /// <exception cref="DamagedFileException">It is not such a record.</exception>
    public static RootRecord? ReadRoot(string path, string owner, string name)
    {
        if (JsonFile.Load(path, RootJson.Default.RootRecord) is not { } record) return null;
        if (record.Owner != owner || record.Name != name)
            throw new DamagedFileException(path, $"is the record of {record.Owner}/{record.Name}");
        Check(path, record.Version, record.Blobs, record.Layers, record.Snapshots);
        return record;
    }

    /// <exception cref="DamagedFileException">It is not such a record.</exception>
    public static LeaseRecord? ReadLease(string path)
    {
        if (JsonFile.Load(path, RootJson.Default.LeaseRecord) is not { } record) return null;
        Check(path, record.Version, record.Blobs, record.Layers, record.Snapshots);
        return record;
    }

    private static void Check(string path, int version, IReadOnlyList<string> blobs, IReadOnlyList<string> layers,
        IReadOnlyList<string> snapshots)
    {
        if (version is < 1 or > RootRecord.Known)
            throw new DamagedFileException(path, $"has the form {version}, which this version of Gantry does not know");
        if (blobs.Concat(layers).FirstOrDefault(digest => !Digest.IsValid(digest)) is { } wrong)
            throw new DamagedFileException(path, $"names \"{wrong}\", which is no digest");
        if (snapshots.Any(string.IsNullOrEmpty)) throw new DamagedFileException(path, "names a writable layer without a key");
    }
}
