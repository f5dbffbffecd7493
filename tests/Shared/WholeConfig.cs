namespace Gantry.Tests.Shared;

/// <summary>A <c>config.json</c> that has every member there is.</summary>
internal static class WholeConfig
{
    public const string Text = """
        {"ociVersion":"1.2.0","hostname":"h","domainname":"d","annotations":{"a":"b"},"root":{"path":"rootfs","readonly":true},
         "process":{"terminal":true,"consoleSize":{"height":24,"width":80},"user":{"uid":1,"gid":2,"umask":18,"additionalGids":[3,4],
          "username":"u:g"},
           "args":["sh","-c","ü\u0001"],"env":["A=B"],"cwd":"/","capabilities":{"bounding":["CAP_KILL"],"effective":[],
            "inheritable":["x"],"permitted":["y"],"ambient":["z"]},
           "rlimits":[{"type":"RLIMIT_CORE","hard":18446744073709551615,"soft":0}],"noNewPrivileges":true,"apparmorProfile":"p",
            "oomScoreAdj":-5,"selinuxLabel":"l",
           "scheduler":{"policy":"SCHED_BATCH","nice":1,"priority":2,"flags":["f"],"runtime":3,"deadline":4,"period":5},
           "ioPriority":{"class":"IOPRIO_CLASS_BE","priority":3},"execCPUAffinity":{"initial":"0","final":"1"}},
         "mounts":[{"destination":"/proc","type":"proc","source":"proc","options":["ro"],"uidMappings":[{"containerID":0,"hostID":1,
          "size":2}],"gidMappings":[]}],
         "hooks":{"prestart":[{"path":"/h","args":["a"],"env":["e"],"timeout":3}],"createRuntime":[],"createContainer":null,
          "startContainer":[{"path":"/s"}],"poststart":[],"poststop":[]},
         "linux":{"namespaces":[{"type":"pid"},{"type":"network","path":"/n"}],"uidMappings":[{"containerID":0,"hostID":5,"size":6}],
          "gidMappings":[],
           "timeOffsets":{"boottime":{"secs":-1,"nanosecs":2}},"devices":[{"type":"c","path":"/dev/x","major":1,"minor":2,"fileMode":438,
            "uid":3,"gid":4}],
           "cgroupsPath":"/a/b","rootfsPropagation":"rslave","sysctl":{"net.ipv4.ip_forward":"1"},"maskedPaths":["/m"],
            "readonlyPaths":["/r"],"mountLabel":"ml",
           "personality":{"domain":"LINUX32","flags":["x"]},"intelRdt":{"closID":"c","l3CacheSchema":"L3:0=f","memBwSchema":"MB:0=20"},
           "seccomp":{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"architectures":["SCMP_ARCH_X86_64"],"flags":["F"],
            "listenerPath":"p","listenerMetadata":"m",
             "syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW","errnoRet":2,"args":[{"index":1,"value":2,"valueTwo":3,
              "op":"SCMP_CMP_EQ"}]}]},
           "resources":{"devices":[{"allow":true,"type":"c","major":1,"minor":-1,"access":"rwm"}],
             "memory":{"limit":1,"reservation":2,"swap":-1,"kernel":4,"kernelTCP":5,"swappiness":6,"disableOOMKiller":true,
              "useHierarchy":false,"checkBeforeUpdate":true},
             "cpu":{"shares":1,"quota":2,"burst":3,"period":4,"realtimeRuntime":5,"realtimePeriod":6,"cpus":"0-1","mems":"0","idle":1},
              "pids":{"limit":-1},
             "blockIO":{"weight":10,"leafWeight":11,"weightDevice":[{"major":8,"minor":0,"weight":1,"leafWeight":2}],
              "throttleReadBpsDevice":[{"major":8,"minor":0,"rate":7}],
               "throttleWriteBpsDevice":[],"throttleReadIOPSDevice":[],"throttleWriteIOPSDevice":[{"major":1,"minor":1,"rate":1}]},
             "hugepageLimits":[{"pageSize":"2MB","limit":9}],"network":{"classID":7,"priorities":[{"name":"eth0","priority":1}]},
             "rdma":{"mlx":{"hcaHandles":1,"hcaObjects":2}},"unified":{"memory.high":"5"}}}}
        """;
}
