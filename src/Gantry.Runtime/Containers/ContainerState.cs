using System.Globalization;
using System.Text.Json;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Oci.Runtime.Writing;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Cgroups.Systemd;
using Gantry.Runtime.Init;
using Gantry.Runtime.Processes;

namespace Gantry.Runtime.Containers;

/// <summary>What later invocations need to know of a container: <c>&lt;root&gt;/&lt;id&gt;/state.json</c>.</summary>
internal sealed record ContainerState
{
    public const string FileName = "state.json", FifoName = "exec.fifo";
    private const string PreparedName = "state.json.new";

    public string OciVersion { get; init; } = "1.2.0";
    public required string Id { get; init; }
    public int Pid { get; init; }
    /// <summary>Clock ticks after boot at which the process began (proc_pid_stat(5)):
    /// another process with this number has another.</summary>
    public long StartTime { get; init; }
    public required string Bundle { get; init; }
    public string Rootfs { get; init; } = "";
    /// <summary>As <see cref="DateTimeOffset"/> writes it ("O").</summary>
    public required string Created { get; init; }
    public required string CgroupPath { get; init; }
    /// <summary>See <see cref="ContainerProcesses.OwnPids"/>.</summary>
    public bool OwnPids { get; init; }
    /// <summary>Null where systemd has nothing to do with the cgroup.</summary>
    public SystemdUnit? Unit { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public static string Directory(string stateRoot, string id) => Path.Combine(stateRoot, id);

    /// <exception cref="GantryException">There is no such container.</exception>
    public static ContainerState Load(string stateRoot, string id)
    {
        CheckId(id);
        string path = Path.Combine(stateRoot, id, FileName);
        if (!File.Exists(path)) throw GantryException.NotFound($"container \"{id}\" does not exist");
        return Read(path);
    }

    /// <summary>Also of a container that was still being made when its maker died.</summary>
    /// <returns>Null when it has not come so far, or was still being written.</returns>
    public static ContainerState? TryLoadUnfinished(string stateRoot, string id)
    {
        string directory = Directory(stateRoot, id);
        foreach (string name in (ReadOnlySpan<string>)[FileName, PreparedName])
        {
            try
            {
                if (File.Exists(Path.Combine(directory, name))) return Read(Path.Combine(directory, name));
            }
            catch (JsonException)
            {
                // Its maker died in the middle of a write.
            }
        }
        return null;
    }

    private static ContainerState Read(string path)
    {
        JsonElement e = JsonFields.ParseObject(File.ReadAllBytes(path));
        return new ContainerState
        {
            OciVersion = e.RequiredText("ociVersion"),
            Id = e.RequiredText("id"),
            Pid = e.Int("pid") ?? 0,
            StartTime = e.Signed("startTime") ?? 0,
            Bundle = e.RequiredText("bundle"),
            Rootfs = e.Text("rootfs") ?? "",
            Created = e.RequiredText("created"),
            CgroupPath = e.RequiredText("cgroupPath"),
            OwnPids = e.Flag("ownPids") ?? false,
            Unit = e.Text("systemdUnit") is { } unit ? new SystemdUnit(unit, OfUser: false)
                : e.Text("systemdUserUnit") is { } own ? new SystemdUnit(own, OfUser: true) : null,
            Annotations = e.TextMap("annotations"),
        };
    }

    /// <summary>Writes it under another name, under which nobody finds it yet.</summary>
    /// <remarks>It would be lost at a power failure together with the container itself, so it need not survive one.</remarks>
    public void Prepare(string stateRoot) => File.WriteAllBytes(Path.Combine(stateRoot, Id, PreparedName), JsonBytes.OfObject(writer =>
    {
        writer.WriteString("ociVersion", OciVersion);
        writer.WriteString("id", Id);
        writer.WriteNumber("pid", Pid);
        writer.WriteNumber("startTime", StartTime);
        writer.WriteString("bundle", Bundle);
        writer.WriteString("rootfs", Rootfs);
        writer.WriteString("created", Created);
        writer.WriteString("cgroupPath", CgroupPath);
        writer.WriteBoolean("ownPids", OwnPids);
        if (Unit is not null) writer.WriteString(Unit.OfUser ? "systemdUserUnit" : "systemdUnit", Unit.Name);
        if (Annotations is null) return;
        writer.WriteStartObject("annotations");
        foreach ((string name, string value) in Annotations) writer.WriteString(name, value);
        writer.WriteEndObject();
    }));

    /// <summary>From now on the container exists.</summary>
    public static void Publish(string stateRoot, string id) =>
        File.Move(Path.Combine(stateRoot, id, PreparedName), Path.Combine(stateRoot, id, FileName));

    /// <summary>An identifier becomes part of paths.</summary>
    public static void CheckId(string id)
    {
        bool valid = id.Length is > 0 and <= 1024 && id is not ("." or "..") && id[0] != '.';
        foreach (char c in id) valid &= char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '.';
        if (!valid) throw GantryException.Invalid($"invalid container ID format: \"{id}\"");
    }

    public ContainerCgroup Cgroup() => ContainerCgroup.At(CgroupPath, Unit);

    public ContainerProcesses Processes(string stateRoot) =>
        new(Pid, StartTime, OwnPids) { FindOthers = () => Neighbours.In(stateRoot, Id, CgroupPath) };

    /// <summary>Those that exist now, in order; one may be gone when it is loaded.</summary>
    public static IEnumerable<string> Ids(string stateRoot) =>
        // A directory without a state is a container that is just being made or removed.
        AllIds(stateRoot).Where(id => File.Exists(Path.Combine(stateRoot, id, FileName)));

    /// <summary>Also those that are just being made or removed.</summary>
    public static IEnumerable<string> AllIds(string stateRoot)
    {
        if (!System.IO.Directory.Exists(stateRoot)) yield break;
        foreach (string directory in OwnDirectory.Directories(stateRoot))
        {
            string id = Path.GetFileName(directory);
            // Those with a dot are our own.
            if (!id.StartsWith('.')) yield return id;
        }
    }

    /// <summary>created, running, paused or stopped, as the kernel knows it now.</summary>
    public string Status(string stateRoot)
    {
        if (!ProcessIdentity.Matches(Pid, StartTime)) return "stopped";
        if (File.Exists(Path.Combine(stateRoot, Id, FifoName))) return "created";
        return Cgroup().Frozen ? "paused" : "running";
    }

    /// <summary>As <c>state</c> and <c>list</c> print it.</summary>
    public ContainerListEntry Listed(string stateRoot)
    {
        string status = Status(stateRoot);
        return new(OciVersion, Id, status == "stopped" ? 0 : Pid, status, Bundle, Rootfs,
            DateTimeOffset.Parse(Created, CultureInfo.InvariantCulture).UtcDateTime, Annotations,
            Environment.IsPrivilegedProcess ? "root" : Environment.UserName);
    }
}
