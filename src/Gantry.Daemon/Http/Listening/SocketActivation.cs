using System.Globalization;

namespace Gantry.Daemon.Http.Listening;

/// <summary>Sockets that the service manager opened for us: <c>-H fd://</c>, sd_listen_fds(3).</summary>
internal static class SocketActivation
{
    private const int FirstDescriptor = 3;

    /// <returns>The descriptors that <paramref name="name"/> means: all for none, one by number, or those with that name.</returns>
    /// <exception cref="GantryException">InvalidArgument: there are none.</exception>
    public static IReadOnlyList<int> Descriptors(string name)
    {
        bool ours = Environment.GetEnvironmentVariable("LISTEN_PID") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (!ours || !int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), out int count) || count < 1)
            throw GantryException.Invalid(
                $"no sockets found via socket activation: -H fd://{name} needs the service manager to start the daemon with a socket");
        string[] names = (Environment.GetEnvironmentVariable("LISTEN_FDNAMES") ?? "").Split(':');
        List<int> found = [];
        for (int i = 0; i < count; i++)
            if (name is "" or "*" || name == $"{FirstDescriptor + i}" || (i < names.Length && names[i] == name))
                found.Add(FirstDescriptor + i);
        return found.Count > 0 ? found : throw GantryException.Invalid($"failed to find the socket activated fd {name}");
    }
}
