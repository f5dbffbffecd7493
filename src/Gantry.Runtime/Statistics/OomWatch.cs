using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Linux.Files;
using Gantry.Runtime.Cgroups;

namespace Gantry.Runtime.Statistics;

/// <summary>Becomes ready when the kernel kills in a cgroup for want of memory: an eventfd of v1, the file memory.events of v2.</summary>
internal sealed class OomWatch : IDisposable
{
    private readonly string? _directory;
    private readonly Func<long> _kills;
    private readonly EventDescriptor? _event;
    private readonly SafeFileDescriptor? _file;
    private long _seen;

    private OomWatch(string? directory, Func<long> kills, EventDescriptor? @event, SafeFileDescriptor? file) =>
        (_directory, _kills, _event, _file, _seen) = (directory, kills, @event, file, kills());

    /// <summary>The descriptor to wait for; -1 where the host has no memory controller.</summary>
    public int Number => _event?.Number ?? _file?.Number ?? -1;
    public EpollEvents Events => _event is null ? EpollEvents.Priority : EpollEvents.Read;

    public static OomWatch On(ContainerCgroup cgroup) => On(cgroup.MemoryDirectory, cgroup is CgroupV1, cgroup.OomKills);

    /// <param name="directory">Of the cgroup, where its memory is counted; null for none.</param>
    /// <param name="kills">How many processes the kernel has killed in it so far.</param>
    public static OomWatch On(string? directory, bool v1, Func<long> kills) => directory is null ? new OomWatch(null, kills, null, null)
        : v1 ? new OomWatch(directory, kills, Register(directory), null)
        : new OomWatch(directory, kills, null,
        Prime(LinuxFile.Open($"{directory}/memory.events", OpenFlags.ReadOnly | OpenFlags.NonBlock)));

    /// <summary>To be called when it is ready.</summary>
    /// <returns>Whether memory ran out; v1 reports the group's end in the same way, v2 every other change of the file.</returns>
    public bool Take()
    {
        // v1 tells before it kills, so there is nothing to count yet.
        if (_event is not null) return _event.Take() > 0 && Directory.Exists(_directory);
        Prime(_file!);
        long now = _kills();
        bool killed = now > _seen;
        _seen = now;
        return killed;
    }

    // cgroup-v1/memory.txt, 10: "<event_fd> <fd of memory.oom_control>".
    private static EventDescriptor Register(string directory)
    {
        EventDescriptor notice = new();
        using SafeFileDescriptor control = LinuxFile.Open($"{directory}/memory.oom_control", OpenFlags.ReadOnly);
        LinuxFile.WriteText($"{directory}/cgroup.event_control", $"{notice.Number} {control.Number}");
        return notice;
    }

    // Such a file is ready when it has changed since this very descriptor last read it from its beginning.
    private static SafeFileDescriptor Prime(SafeFileDescriptor file)
    {
        Descriptor.ReadFromStart(file, stackalloc byte[512]);
        return file;
    }

    public void Dispose()
    {
        _event?.Dispose();
        _file?.Dispose();
    }
}
