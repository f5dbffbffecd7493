using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Distribution;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>Small projects of several languages, on bases of Debian's packages that stand in for those people use.
/// <c>GANTRY_BUILD_PROJECTS=all</c>, or some of them by name: each takes minutes the first time, for its base.</summary>
public sealed class ProjectTests : IDisposable
{
    private static readonly string Chosen = Environment.GetEnvironmentVariable("GANTRY_BUILD_PROJECTS") ?? "";

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    /// <param name="packages">Of the base, between commas; it is called <c>base</c>.</param>
    private static async Task<Engine> Begin(string project, string packages, string name = "gantry")
    {
        Assert.SkipUnless(Chosen.Split(',').Any(one => one is "all" || one == project),
            $"GANTRY_BUILD_PROJECTS={project} builds it, with packages of Debian's mirror");
        Engine.SkipUnlessInstalled(name);
        string archive = await DebianRoot.With(packages);
        Engine engine = await Engine.WithItsOwnDaemon(name);
        await engine.Ok("import", archive, "base");
        return engine;
    }

    private async Task Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_scratch[path])!);
        await File.WriteAllTextAsync(_scratch[path], content);
    }

    /// <summary>dockerd's classic builder has no mounts; what is built is the same without.</summary>
    private async Task<string> Build(Engine engine, string dockerfile, params string[] options)
    {
        if (engine.IsPeer)
            dockerfile = string.Join('\n', dockerfile.Split('\n').Select(line => line.StartsWith("RUN --mount", StringComparison.Ordinal)
                ? "RUN " + string.Join(' ', line.Split(' ').Skip(1).SkipWhile(word => word.StartsWith("--mount", StringComparison.Ordinal)))
                : line));
        await Write("c/Dockerfile", dockerfile);
        Command.Result built = await Command.Run(engine.Client, ["-H", engine.Daemon.Host, "build", "-t", "made", .. options,
            _scratch["c"]], "", TimeSpan.FromMinutes(10), new Dictionary<string, string?>
            {
                ["DOCKER_BUILDKIT"] = "0", ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration",
            });
        return built.Succeeded();
    }

    [Theory]
    [InlineData("gantry")]
    [InlineData("dockerd")]
    public async Task AProgramInCAlone(string name)
    {
        await using Engine engine = await Begin("c", "gcc,libc6-dev,make", name);
        await Write("c/src/main.c", "#include <stdio.h>\n#include \"said.h\"\nint main(void) { puts(SAID); return 0; }\n");
        await Write("c/include/said.h", "#define SAID \"hello from C\"\n");
        await Write("c/Makefile", "hello: src/main.c include/said.h\n\tcc -O2 -static -Iinclude -o $@ $<\n");
        const string Dockerfile = "FROM base AS build\nWORKDIR /src\nCOPY Makefile .\nCOPY include include\nCOPY src src\nRUN make hello\n"
            + "FROM scratch\nCOPY --from=build /src/hello /hello\nUSER 1000\nENTRYPOINT [\"/hello\"]\n";
        await Build(engine, Dockerfile);
        Assert.Equal("hello from C", await engine.Ok("run", "--rm", "--network", "none", "made"));
        await _scratch.Shell("sed -i s/hello/bye/ c/include/said.h");
        Assert.Contains("Using cache", await Build(engine, Dockerfile));
        Assert.Equal("bye from C", await engine.Ok("run", "--rm", "--network", "none", "made"));
    }

    [Theory]
    [InlineData("gantry")]
    [InlineData("dockerd")]
    public async Task AServiceInPython(string name)
    {
        await using Engine engine = await Begin("python", "python3", name);
        await Write("c/app/__init__.py", "");
        await Write("c/app/__main__.py", "import json, os, sqlite3\nfrom . import words\n"
            + "db = sqlite3.connect(':memory:')\n"
            + "print(json.dumps({'said': words.SAID, 'mode': os.environ['MODE'], 'uid': os.getuid()}))\n");
        await Write("c/app/words.py", "SAID = 'hello from Python'\n");
        await Write("c/.dockerignore", "**/__pycache__\n*.pyc\n");
        await Write("c/app/__pycache__/words.cpython-311.pyc", "not this one");
        const string Dockerfile = "FROM base AS base\nENV PYTHONDONTWRITEBYTECODE=1 MODE=production\nRUN useradd -u 4321 app\n"
            + "FROM base\nWORKDIR /srv\nCOPY --chown=app app app\nRUN python3 -c 'import app.words'; test ! -e app/__pycache__\n"
            + "USER app\nCMD [\"python3\", \"-m\", \"app\"]\n";
        await Build(engine, Dockerfile);
        Assert.Equal("{\"said\": \"hello from Python\", \"mode\": \"production\", \"uid\": 4321}",
            await engine.Ok("run", "--rm", "--network", "none", "made"));
    }

    [Theory]
    [InlineData("gantry")]
    [InlineData("dockerd")]
    public async Task AServiceInNodeWithItsPackages(string name)
    {
        await using Engine engine = await Begin("node", "nodejs,npm", name);
        await Write("c/lib/greeting/package.json", "{\"name\":\"greeting\",\"version\":\"1.0.0\",\"main\":\"index.js\"}");
        await Write("c/lib/greeting/index.js", "module.exports = () => 'hello from Node'\n");
        await Write("c/package.json",
            "{\"name\":\"service\",\"version\":\"1.0.0\",\"dependencies\":{\"greeting\":\"file:greeting-1.0.0.tgz\"}}");
        await Write("c/server.js", "console.log(require('greeting')())\n");
        const string Dockerfile = "FROM base AS packed\nWORKDIR /lib\nCOPY lib/greeting greeting\nRUN npm pack ./greeting\n"
            + "FROM base\nWORKDIR /srv\nCOPY package.json ./\nCOPY --from=packed /lib/*.tgz ./\n"
            + "RUN --mount=type=cache,target=/root/.npm npm install --offline --no-audit --no-fund && ls node_modules\n"
            + "COPY server.js .\nCMD [\"node\", \"server.js\"]\n";
        await Build(engine, Dockerfile);
        Assert.Equal("hello from Node", await engine.Ok("run", "--rm", "--network", "none", "made"));
        await Write("c/server.js", "console.log('also', require('greeting')())\n");
        Assert.Contains("Using cache", await Build(engine, Dockerfile));
        Assert.Equal("also hello from Node", await engine.Ok("run", "--rm", "--network", "none", "made"));
        if (!engine.IsPeer) Assert.Contains("exec.cachemount", await engine.Ok("builder", "du", "--verbose"));
    }

    /// <summary>With a package of npm's registry, which the container reaches as this machine does: its certificates are the step's too.
    /// </summary>
    [Fact]
    public async Task AServiceInNodeInstallsFromTheRegistry()
    {
        await using Engine engine = await Begin("node", "nodejs,npm");
        Assert.SkipUnless(File.Exists(Certificates), $"there is no {Certificates}");
        await SkipUnlessReached("npm's registry", "npm view ms@2.1.3 version");
        await Write("c/package.json", "{\"name\":\"service\",\"version\":\"1.0.0\",\"dependencies\":{\"ms\":\"2.1.3\"}}");
        await Write("c/server.js", "console.log('one day is', require('ms')('1 day'))\n");
        await Write("c/.dockerignore", "node_modules\n");
        await Write("c/node_modules/ms/index.js", "module.exports = () => 'not this one'\n");
        const string Dockerfile = "FROM base AS packages\nWORKDIR /srv\nENV NODE_EXTRA_CA_CERTS=/run/secrets/ca\nCOPY package.json ./\n"
            + "RUN --mount=type=secret,id=ca --mount=type=cache,target=/root/.npm npm install --omit=dev --no-audit --no-fund\n"
            + "FROM base\nWORKDIR /srv\nCOPY --from=packages /srv ./\nCOPY . .\nUSER nobody\nCMD [\"node\", \"server.js\"]\n";
        string[] certificates = ["--secret", $"id=ca,src={Certificates}"];
        await Build(engine, Dockerfile, certificates);
        Assert.Equal("one day is 86400000", await engine.Ok("run", "--rm", "--network", "none", "made"));
        // Another package.json installs anew, from what the cache has kept, without the network.
        await Write("c/package.json", "{\"name\":\"service\",\"version\":\"1.0.1\",\"dependencies\":{\"ms\":\"2.1.3\"}}");
        await Build(engine, Dockerfile.Replace("npm install", "npm install --offline"), [.. certificates, "--network", "none"]);
        Assert.Equal("one day is 86400000", await engine.Ok("run", "--rm", "--network", "none", "made"));
    }

    private const string Certificates = "/etc/ssl/certs/ca-certificates.crt";

    private static async Task SkipUnlessReached(string what, string command)
    {
        Command.Result asked = await Command.Run("sh", ["-c", command], "", TimeSpan.FromMinutes(1));
        Assert.SkipUnless(asked.Code == 0, $"{what} is not reached: {asked.All.Trim().Split('\n')[^1]}");
    }

    [Theory]
    [InlineData("gantry")]
    [InlineData("dockerd")]
    public async Task AProgramInGo(string name)
    {
        await using Engine engine = await Begin("go", "golang-go", name);
        await Write("c/go.mod", "module example/hello\n\ngo 1.19\n");
        await Write("c/main.go", "package main\n\nimport (\n\t\"fmt\"\n\t\"runtime\"\n)\n\nfunc main() { fmt.Println(\"hello from Go\", "
            + "runtime.GOARCH) }\n");
        const string Dockerfile = "FROM base AS build\nWORKDIR /src\nCOPY go.mod .\nCOPY *.go .\nARG TARGETARCH=amd64\n"
            + "RUN --mount=type=cache,target=/root/.cache CGO_ENABLED=0 GOARCH=$TARGETARCH go build -o /hello .\n"
            + "FROM scratch\nCOPY --from=build /hello /\nENTRYPOINT [\"/hello\"]\n";
        string dockerfile = engine.IsPeer ? Dockerfile.Replace("COPY *.go .", "COPY *.go ./") : Dockerfile;
        await Build(engine, dockerfile);
        Assert.Equal("hello from Go amd64", await engine.Ok("run", "--rm", "--network", "none", "made"));
        if (engine.IsPeer) return;
        // The compiler's own machine builds for both.
        await Write("c/Dockerfile", Dockerfile.Replace("FROM base AS", "FROM --platform=$BUILDPLATFORM base AS").Replace("=amd64", ""));
        await engine.Run(["build", "--platform", "linux/amd64,linux/arm64", "-t", "both", _scratch["c"]], "", TimeSpan.FromMinutes(10));
        Assert.Equal("hello from Go amd64", await engine.Ok("run", "--rm", "--network", "none", "both"));
        await engine.Ok("save", "--platform", "linux/arm64", "-o", _scratch["arm.tar"], "both");
        Assert.Contains("arm64", await _scratch.Shell("tar xOf arm.tar --wildcards 'blobs/*' | tr ',' '\\n' | grep -a architecture"));
    }

    /// <summary>With this machine's own SDK, as another context, and a package of NuGet's registry.</summary>
    [Fact]
    public async Task AServiceInDotNet()
    {
        Assert.SkipUnless(Directory.Exists("/usr/share/dotnet/sdk"), "there is no .NET SDK in /usr/share/dotnet");
        await using Engine engine = await Begin("dotnet", "libicu72,libssl3,ca-certificates,curl");
        Assert.SkipUnless(File.Exists(Certificates), $"there is no {Certificates}");
        await SkipUnlessReached("NuGet's registry", "dotnet package search Newtonsoft.Json --exact-match --verbosity quiet");
        await Write("c/service.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFramework>net10.0</TargetFramework>"
            + "<UseAppHost>false</UseAppHost></PropertyGroup>"
            + "<ItemGroup><PackageReference Include=\"Newtonsoft.Json\" Version=\"13.0.3\" /></ItemGroup></Project>\n");
        await Write("c/Program.cs", DotNetProgram("hello"));
        await Write("c/.dockerignore", "bin\nobj\n");
        const string Run = "RUN --mount=type=bind,from=sdk,target=/sdk --mount=type=cache,target=/root/.nuget "
            + "--mount=type=secret,id=ca SSL_CERT_FILE=/run/secrets/ca NUGET_CERT_REVOCATION_MODE=offline /sdk/dotnet ";
        const string Dockerfile = "FROM base AS build\nENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1\nWORKDIR /src\n"
            + $"COPY *.csproj ./\n{Run} restore\nCOPY . .\n{Run} publish -c Release -o /out --no-restore\n"
            + "FROM base\nCOPY --from=sdk dotnet /usr/share/dotnet/\nCOPY --from=sdk host /usr/share/dotnet/host\n"
            + "COPY --from=sdk shared /usr/share/dotnet/shared\nCOPY --from=build /out /app\nWORKDIR /app\nUSER 1000\n"
            + "CMD [\"/usr/share/dotnet/dotnet\", \"service.dll\"]\n";
        string[] options = ["--build-context", "sdk=/usr/share/dotnet", "--secret", $"id=ca,src={Certificates}"];
        await Build(engine, Dockerfile, options);
        Assert.Equal("{\"said\":\"hello from .NET\"}", await Answer(engine));
        // Another program is published with the packages that were restored before, and nobody goes to the registry.
        await Write("c/Program.cs", DotNetProgram("bye"));
        Assert.Contains("Using cache", await Build(engine, Dockerfile, options));
        Assert.Equal("{\"said\":\"bye from .NET\"}", await Answer(engine));
    }

    private static string DotNetProgram(string word) => "var app = WebApplication.CreateBuilder(args).Build();\n"
        + $"app.MapGet(\"/\", () => Newtonsoft.Json.JsonConvert.SerializeObject(new {{ said = \"{word} from .NET\" }}));\n"
        + "app.Run(\"http://127.0.0.1:8080\");\n";

    private static async Task<string> Answer(Engine engine)
    {
        string container = engine.NewName("service"), answer = "";
        await engine.Ok("run", "-d", "--name", container, "--network", "none", "made");
        await Eventually.True(async () =>
        {
            Command.Result asked = await engine.Run("exec", container, "curl", "-s", "http://127.0.0.1:8080/");
            answer = asked.Output;
            return asked.Code == 0;
        }, "the service answers");
        await engine.Ok("rm", "-f", container);
        return answer;
    }
}
