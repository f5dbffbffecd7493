namespace Gantry.Runtime.CommandLine;

internal static class Usage
{
    internal const string Text = """
        gantry-runtime - runs containers according to the OCI runtime specification

        usage: gantry-runtime [global options] command [options] [arguments]

        commands:
          create   make a container:               create [-b BUNDLE] [--console-socket SOCKET] [--pid-file FILE] ID
          start    run a created container's command:    start ID
          run      create and start:               run [-d] [-b BUNDLE] ID
          exec     run a further process:          exec [-t] [-e K=V] [--cwd DIR] [-u UID[:GID]] [-p FILE] ID COMMAND...
          state    print the state as JSON:        state ID
          kill     send a signal:                  kill [-a] ID [SIGNAL]
          delete   remove a stopped container:     delete [-f] ID
          list     show the containers:            list [-q] [-f table|json]
          ps       show a container's processes:   ps [-f table|json] ID [PS OPTIONS]
          pause, resume    freeze and thaw:        pause ID
          update   change limits:                  update [-r FILE|-] [--memory BYTES] ID
          spec     write an example config.json:   spec [-b BUNDLE]
          features print what is supported

        global options:
          --root DIR          where state is kept (default /run/gantry-runtime)
          --log FILE          where messages go
          --log-format FORMAT text or json
          --debug             log how long each phase takes
          --version, --help

        """;
}
