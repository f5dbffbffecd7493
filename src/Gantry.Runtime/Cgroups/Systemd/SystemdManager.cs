using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Linux.Sockets;
using Gantry.Runtime.Launching;

namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>systemd's manager, of the system or of a user, over the socket that systemctl uses: org.freedesktop.systemd1(5).</summary>
internal sealed class SystemdManager : IDisposable
{
    private const string Destination = "org.freedesktop.systemd1", Object = "/org/freedesktop/systemd1",
        Manager = "org.freedesktop.systemd1.Manager",
        UnitExists = "org.freedesktop.systemd1.UnitExists", NoSuchUnit = "org.freedesktop.systemd1.NoSuchUnit";
    private const string Booted = "/run/systemd/system", SystemSocket = "/run/systemd/private", UserSocket = "systemd/private";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private readonly DBusConnection _connection;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;

    public SystemdManager(SafeFileDescriptor socket, TimeSpan? patience = null, TimeProvider? time = null)
    {
        (_patience, _time) = (patience ?? Patience, time ?? TimeProvider.System);
        _connection = new DBusConnection(socket, _patience, _time);
    }

    /// <summary>Whether the manager is that of the user who calls us: everybody's but the machine's root.</summary>
    /// <param name="rootless"><c>--rootless</c>; null for what is the case.</param>
    public static bool IsUsers(bool? rootless) =>
        rootless
            ?? (ThisProcess.EffectiveUser != 0
            || (Rootless.InUserNamespace() && Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 }));

    /// <exception cref="GantryException">systemd does not run here, or cannot be reached; with what to do.</exception>
    public static SystemdManager Open(bool ofUser)
    {
        if (!Directory.Exists(Booted)) throw Unreachable("it does not run here");
        string socket = SystemSocket;
        if (ofUser)
        {
            if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is not { Length: > 0 } own)
                throw Unreachable("XDG_RUNTIME_DIR does not say where the user's manager is");
            socket = Path.Combine(own, UserSocket);
        }
        try
        {
            return new SystemdManager(UnixSocket.Connect(socket));
        }
        catch (KernelException e)
        {
            throw Unreachable(e.Message);
        }
    }

    private static GantryException Unreachable(string why) => GantryException.Unsupported(
        $"--systemd-cgroup: systemd is not reachable: {why}; choose the cgroupfs driver: dockerd --exec-opt native.cgroupdriver=cgroupfs, "
            + $"podman --cgroup-manager cgroupfs");

    /// <summary>The cgroup below which the manager has its units: empty, or a path.</summary>
    public string ControlGroup()
    {
        DBusMessage answer = Call("ask for the manager's cgroup",
            new DBusCall(Object, "org.freedesktop.DBus.Properties", "Get", DBusValue.Of(Manager), DBusValue.Of("ControlGroup")));
        if (answer.Signature != "v") throw DBusReader.Broken($"ControlGroup of type {answer.Signature}");
        DBusReader reader = new(answer.Body);
        string path = reader.Signature() == "s" ? reader.Text() : throw DBusReader.Broken("ControlGroup is no string");
        return path.TrimEnd('/');
    }

    /// <summary>Makes the unit and returns when it is there.</summary>
    public void Start(string unit, IReadOnlyList<UnitProperty> properties)
    {
        DBusCall call = new(Object, Manager, "StartTransientUnit", DBusValue.Of(unit), DBusValue.Of("replace"),
            UnitProperty.Array(properties), DBusValue.Array("(sa(sv))", []));
        DBusMessage answer = _connection.Call(Destination, call);
        if (answer.ErrorName == UnitExists)
        {
            // What failed stays until somebody has taken note of it.
            ResetFailed(unit);
            answer = _connection.Call(Destination, call);
            if (answer.ErrorName == UnitExists)
                throw GantryException.Conflict($"the unit {unit} of systemd is there already: another container has this cgroupsPath");
        }
        string job = Checked($"make the unit {unit}", answer).FirstText();
        string result = Result(job);
        if (result == "done") return;
        throw GantryException.Unavailable($"systemd could not make the unit {unit}: {result}; see journalctl -u {unit}");
    }

    /// <summary>Changes properties until the unit or the machine ends; returns when they are in force.</summary>
    public void Set(string unit, IReadOnlyList<UnitProperty> properties)
    {
        if (properties.Count == 0) return;
        Call($"set limits of the unit {unit}",
            new DBusCall(Object, Manager, "SetUnitProperties", DBusValue.Of(unit), DBusValue.Of(true), UnitProperty.Array(properties)));
        // The files are written after the answer, but before the next one: what we write ourselves shall be the last.
        Call("wait for it", new DBusCall(Object, "org.freedesktop.DBus.Peer", "Ping"));
    }

    /// <summary>Ends the unit with all that is in it. One that is gone is no error.</summary>
    public void Stop(string unit)
    {
        DBusMessage answer =
            _connection.Call(Destination, new DBusCall(Object, Manager, "StopUnit", DBusValue.Of(unit), DBusValue.Of("replace")));
        if (answer.ErrorName == NoSuchUnit) return;
        Result(Checked($"stop the unit {unit}", answer).FirstText());
        ResetFailed(unit);
    }

    // It has failed or not, and is there or not.
    private void ResetFailed(string unit) =>
        _connection.Call(Destination, new DBusCall(Object, Manager, "ResetFailedUnit", DBusValue.Of(unit)));

    // JobRemoved (u id, o job, s unit, s result): systemd sends it to everyone on this socket,
    // but for what ends while it reloads to nobody.
    private string Result(string job)
    {
        long start = _time.GetTimestamp();
        string? result = null;
        bool IsIt(DBusMessage signal)
        {
            if (signal.Member != "JobRemoved" || signal.Signature != "uoss") return false;
            DBusReader reader = new(signal.Body);
            reader.Number();
            if (reader.Text() != job) return false;
            reader.Text();
            result = reader.Text();
            return true;
        }
        while (!_connection.WaitForSignal(IsIt, LookAgain))
        {
            if (!IsThere(job)) return _connection.WaitForSignal(IsIt, TimeSpan.Zero) ? result! : "done";
            if (_time.GetElapsedTime(start) > _patience)
                throw GantryException.Unavailable($"systemd does not answer: {job} is not done after {_patience.TotalSeconds:0} s");
        }
        return result!;
    }

    private bool IsThere(string job) =>
        uint.TryParse(job.AsSpan(job.LastIndexOf('/') + 1), out uint number)
        && _connection.Call(Destination, new DBusCall(Object, Manager, "GetJob", DBusValue.Of(number))).Type != DBusMessage.Error;

    private DBusMessage Call(string step, DBusCall call) => Checked(step, _connection.Call(Destination, call));

    private static DBusMessage Checked(string step, DBusMessage answer) => answer.Type != DBusMessage.Error ? answer
        : throw GantryException.Unavailable(
        $"systemd refuses to {step}: {(answer.FirstText() is { Length: > 0 } text ? text : answer.ErrorName)}");

    public void Dispose() => _connection.Dispose();
}
