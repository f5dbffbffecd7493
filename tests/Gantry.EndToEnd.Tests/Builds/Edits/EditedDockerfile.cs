namespace Gantry.EndToEnd.Builds.Edits;

/// <summary>A Dockerfile of two stages that is changed by chance. Its steps show in the image whatever they depend on.</summary>
internal sealed record EditedDockerfile
{
    private static readonly string[] Words = ["one", "two", "three"], Names = ["V", "W"], Sources =
        ["one", "two", "src", "src/", ".", "src/sub", "src/*", "other/", "one two", "src/s*"];

    private IReadOnlyList<string> First { get; init; } = ["COPY src /c", "RUN cat /c/a > /said; true"];
    private IReadOnlyList<string> Last { get; init; } = ["ENV V=one", "COPY --from=first /c /c", "RUN echo $V >> /said"];
    private string Base { get; init; } = "busybox";

    /// <summary><c>--build-arg</c>.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; private init; } = new Dictionary<string, string>();

    public string Text => string.Join('\n', ["ARG G=one", "FROM busybox AS first", .. First, $"FROM {Base}", .. Last, ""]);

    public EditedDockerfile Edit(Random random)
    {
        bool first = random.Next(2) == 0;
        List<string> steps = [.. first ? First : Last];
        int at = random.Next(steps.Count + 1), other = random.Next(steps.Count);
        int edit = steps.Count < 3 ? 0 : random.Next(steps.Count > 9 ? 3 : 0, 8);
        if (edit is 0 or 1 or 2) steps.Insert(at, Step(random, first));
        if (edit is 3 or 4) steps.RemoveAt(other);
        if (edit == 5) (steps[0], steps[other]) = (steps[other], steps[0]);
        if (edit == 6) return this with { Base = Base == "busybox" ? "first" : "busybox" };
        if (edit == 7)
            return this with
            {
                Arguments = Names.Append("G").Where(_ => random.Next(2) == 0).ToDictionary(name => name, _ => Word(random)),
            };
        return first ? this with { First = steps } : this with { Last = steps };
    }

    private static string Step(Random random, bool first)
    {
        string name = Names[random.Next(2)], word = Word(random), source = Sources[random.Next(Sources.Length)];
        return random.Next(30) switch
        {
            0 => $"ENV {name}={word}",
            1 => $"ENV {name} {word} $V",
            2 => $"ARG {name}={word}",
            3 => $"ARG {name}",
            4 => "ARG G",
            5 => $"RUN echo ${name}-$G >> /said; true",
            6 => "RUN find /c -type f -exec cat {} + | sort >> /said; true",
            7 => "RUN env | grep -v HOSTNAME= | sort >> /said; true",
            8 => $"COPY {source} /c/",
            9 => $"COPY {source} /c/{word}/",
            10 => $"COPY --chown=7:8 {source} /c/owned/",
            11 => $"COPY --chmod=7{random.Next(8)}5 {source} /c/mode/",
            12 => $"ADD archive.tar {source} /c/added/",
            13 => first ? $"COPY one /c/{word}" : $"COPY --from=first /c /c/{word}/",
            14 => first ? "RUN cp -r /c /copied; true" : "COPY --from=first /etc/passwd /said* /stage/",
            15 => $"WORKDIR /w/{word}",
            16 => $"USER {(random.Next(2) == 0 ? "1000:8" : "root")}",
            17 => $"LABEL {name}={word}",
            18 => $"CMD echo {word} ${name}",
            19 => $"RUN --mount=type=cache,target=/k echo {word} >> /k/log && pwd >> /said; true",
            20 => $"RUN rm -rf /c/{word} /c/sub; true",
            21 => $"RUN mkdir -p /d && echo {word} > /d/{word} && chmod 7{random.Next(8)}1 /d; ln -sf {word} /link; true",
            22 => $"COPY <<EOF /inline/{word}\n{word} ${name}\nEOF",
            24 => $"RUN --mount=type=bind,target=/b cat /b/src/{word} /b/one >> /said; true",
            25 => $"RUN --mount=type=bind,source=src,target=/b find /b | sort >> /said; true",
            26 => first ? "RUN --mount=type=bind,from=busybox,target=/b ls /b >> /said; true"
                : "RUN --mount=type=bind,from=first,target=/b find /b/c -type f -exec cat {} + | sort >> /said; true",
            27 => $"RUN --mount=type=tmpfs,target=/m echo {word} > /m/x && ls /m >> /said; true",
            28 => $"RUN --network=none echo ${name} >> /said; true",
            23 => $"RUN <<EOF\nid -u >> /said\necho {word}\nEOF",
            _ => $"COPY --exclude={word} --parents {source} /c/parents/",
        };
    }

    private static string Word(Random random) => Words[random.Next(Words.Length)];
}
