using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Mounts;

public sealed class IdMappedMountTests
{
    private const string Ids = """[{"containerID":0,"hostID":100000,"size":65536}]""";

    /// <summary>A directory with a file of root's and one of user 1000's, bound with a mapping that adds 100000 when seen from the
    /// host.</summary>
    private static Bundle Mapped(string runtime, string option, bool userNamespace)
    {
        Bundle bundle = new(runtime, "stat -c '%u %g' /m/roots /m/users; touch /m/new");
        // Root in a user namespace could not make it.
        Directory.CreateDirectory($"{bundle.Root}/m");
        string source = Directory.CreateDirectory($"{bundle.Path}/source").FullName;
        File.WriteAllText($"{source}/roots", "");
        File.WriteAllText($"{source}/users", "");
        if (userNamespace) bundle.Namespace("user").Set("linux.uidMappings", Ids).Set("linux.gidMappings", Ids);
        return bundle.Add("mounts",
            $$"""{"destination":"/m","type":"bind","source":"{{source}}","options":["rbind","{{option}}"],"uidMappings":{{Ids}},"""
                + $$""" "gidMappings":{{Ids}}}""");
    }

    [Theory, EveryRuntime("idmap", "ridmap")]
    public async Task FilesOfRootAreOfTheContainersRoot(string runtime, string option)
    {
        await using Bundle bundle = Mapped(runtime, option, userNamespace: true);
        await Command.Run(bundle.Path, ["chown", "1000:1000", "source/users"]);
        Assert.Equal("0 0\n1000 1000", await bundle.Output());
        Assert.Equal("0 0", (await Command.Run(bundle.Path, ["stat", "-c", "%u %g", "source/new"])).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task WithoutAUserNamespaceTheyAreTheMappedUsers(string runtime)
    {
        await using Bundle bundle = Mapped(runtime, "idmap", userNamespace: false).Args("stat", "-c", "%u %g", "/m/roots");
        Assert.Equal("100000 100000", await bundle.Output());
    }
}
