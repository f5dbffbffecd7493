using Gantry.Engine.Volumes;

namespace Gantry.Engine.Tests.Volumes;

/// <summary>A driver that has its content somewhere of its own, which nobody knows before it is mounted.</summary>
internal sealed class ElsewhereDriver(string root) : IVolumeDriver
{
    public List<string> Calls { get; } = [];

    public string Name => "elsewhere";

    public void Check(string name, IReadOnlyDictionary<string, string> options)
    {
        if (options.ContainsKey("bad")) throw GantryException.Invalid($"create {name}: invalid option: \"bad\"");
    }

    public ValueTask<string> MountAsync(Volume volume, CancellationToken cancellation)
    {
        Calls.Add($"mount {volume.Name}");
        return ValueTask.FromResult(Directory.CreateDirectory(Path.Combine(root, "elsewhere", volume.Name)).FullName);
    }

    public string? Look(Volume volume) =>
        Path.Combine(root, "elsewhere", volume.Name) is var content && Directory.Exists(content) ? content : null;

    public ValueTask UnmountAsync(Volume volume)
    {
        Calls.Add($"unmount {volume.Name}");
        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveAsync(Volume volume)
    {
        Calls.Add($"remove {volume.Name}");
        string content = Path.Combine(root, "elsewhere", volume.Name);
        if (Directory.Exists(content)) Directory.Delete(content, recursive: true);
        return ValueTask.CompletedTask;
    }
}
