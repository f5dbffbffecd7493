using System.Globalization;
using Gantry.Api.Client;
using Gantry.Linux.Accounts;
using Gantry.Linux.Files;

namespace Gantry.Cli.Terminal;

/// <summary>A failed connection as the user is told of it: what is wrong, and what to do.</summary>
internal static class ConnectionAdvice
{
    private const string Start =
        "The daemon is the program gantryd: \"systemctl start gantryd\" where it is installed, else \"gantryd\" as root.";

    public static string Text(ApiConnectionException failure) =>
        failure.DeniedSocket is { } socket ? $"{failure.Message}\n{Remedy(socket)}"
        : failure.IsNobodyThere ? $"{failure.Message}\n{Start}"
        : failure.Message;

    /// <param name="accounts">Where groups have their names.</param>
    public static string Remedy(string socket, string accounts = "/etc/group") => FileOwner.GroupOf(socket) is 0
        ? "It is root's alone: use sudo, or start gantryd with --group NAME."
        : $"Users of the group that owns the socket may use it: sudo usermod -aG {GroupOf(socket, accounts)} $USER, then log out and in "
            + "again.";

    private static string GroupOf(string socket, string accounts) =>
        FileOwner.GroupOf(socket) is { } group && group.ToString(CultureInfo.InvariantCulture) is var number
            && AccountFile.Read(accounts, 3).FirstOrDefault(entry => entry[2] == number) is { } entry ? entry[0]
        // What cannot be looked at has the package's group, most likely.
        : socket.EndsWith("docker.sock", StringComparison.Ordinal) ? "docker" : "gantry";
}
