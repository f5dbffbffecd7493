namespace Gantry.Conformance.Bundles;

/// <summary>The configuration that tests start from: a plain container with the host's network, which costs the least.</summary>
internal static class BaseConfig
{
    public const string Text = """
        {
          "ociVersion": "1.0.2",
          "process": {
            "user": { "uid": 0, "gid": 0 },
            "args": [],
            "env": [ "PATH=/bin", "TERM=dumb" ],
            "cwd": "/",
            "capabilities": {
              "bounding": [ "CAP_KILL", "CAP_CHOWN", "CAP_DAC_OVERRIDE" ],
              "effective": [ "CAP_KILL", "CAP_CHOWN", "CAP_DAC_OVERRIDE" ],
              "permitted": [ "CAP_KILL", "CAP_CHOWN", "CAP_DAC_OVERRIDE" ]
            }
          },
          "root": { "path": "rootfs" },
          "hostname": "box",
          "mounts": [
            { "destination": "/proc", "type": "proc", "source": "proc", "options": [ "nosuid", "noexec", "nodev" ] },
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": [ "nosuid", "strictatime", "mode=755",
              "size=65536k" ] },
            { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": [ "nosuid", "noexec", "newinstance",
              "ptmxmode=0666", "mode=0620" ] }
          ],
          "linux": {
            "namespaces": [ { "type": "pid" }, { "type": "ipc" }, { "type": "uts" }, { "type": "mount" } ],
            "resources": { "devices": [ { "allow": false, "access": "rwm" } ] }
          }
        }
        """;
}
