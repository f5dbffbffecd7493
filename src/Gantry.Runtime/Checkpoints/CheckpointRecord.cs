using System.Text.Json;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime.Reading;
using Gantry.Oci.Runtime.Writing;
using Gantry.Runtime.Init;

namespace Gantry.Runtime.Checkpoints;

/// <summary>What a restore has to know beyond CRIU's own images, in a file beside them.</summary>
/// <param name="CgroupPath">Where the processes were; empty for nowhere.</param>
/// <param name="Streams">Descriptors 0, 1 and 2, as CRIU names what comes from outside: <c>pipe:[inode]</c>, <c>file[mount:inode]</c>;
/// empty where it is the container's own.</param>
/// <param name="Mounts">Places in the container where something of the host's is mounted.</param>
internal sealed record CheckpointRecord(string CgroupPath, IReadOnlyList<string> Streams, IReadOnlyList<string> Mounts)
{
    private const string FileName = "gantry.json";
    private const int Limit = 1 << 20;

    public void Write(string images) => File.WriteAllBytes(Path.Combine(images, FileName), JsonBytes.OfObject(writer =>
    {
        writer.WriteString("cgroupPath", CgroupPath);
        Texts(writer, "streams", Streams);
        Texts(writer, "mounts", Mounts);
    }));

    /// <exception cref="GantryException">There is no checkpoint.</exception>
    public static CheckpointRecord Read(string images)
    {
        string path = Path.Combine(images, FileName);
        if (!File.Exists(path)) throw GantryException.NotFound($"{images} holds no checkpoint of a container");
        try
        {
            JsonElement e = JsonFields.ParseObject(LinuxFile.ReadBytes(path, Limit));
            return new CheckpointRecord(e.Text("cgroupPath") ?? "", e.Texts("streams") ?? [], e.Texts("mounts") ?? []);
        }
        catch (JsonException error)
        {
            throw GantryException.Invalid($"{path}: {error.Message}");
        }
    }

    private static void Texts(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
