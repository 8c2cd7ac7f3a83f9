"""The keys that health documents use, in squeezed form: what each tells about its value."""

# Keys that state how the thing around them is, most explicit first.
STATUS = (
    "status overallstatus globalstatus aggregatedstatus healthstatus servicestatus overall state "
    "health outcome result"
).split()
FLAGS = frozenset(
    "healthy ishealthy ok success alive up isup ready available passed connected online "
    "reachable".split()
)
STATUS_TEXT = ("statusname", "statustext", "statusdescription")
INSIDE = ("code", "state", "status", "value", "name", "text", "indicator", "description")
# Below these keys everything is a part ...
HARD = frozenset(
    "components checks services dependencies entries checkresults healthchecks dependencystatus "
    "servicestatuses indicators probes subsystems modules systemchecks".split()
)
# ... below these only what says how it is,
SOFT = frozenset("details results info error health data members nodes".split())
# ... and below these everything is a fault.
FAULTS = frozenset("errors failures failed".split())
NAMES = "name id checkname alias checker instance serviceid checkid key component title".split()
METADATA = frozenset(
    "version commit timestamp time date hostname host environment env stage name app application "
    "message msg detail description uptime build buildid revision region zone id release service "
    "mode role type level schema title output notes project branch sha tag node instance "
    "releaseid serviceid reason cause url path code documentation links".split()
)
METADATA_ENDS = (
    "mode",
    "name",
    "id",
    "time",
    "version",
    "url",
    "role",
    "at",
    "type",
    "env",
    "message",
)
CLEAR = frozenset(
    "ok healthy unhealthy up down green red yellow pass fail failed error operational degraded "
    "connected disconnected online offline reachable unreachable unavailable outofservice "
    "passing failing critical".split()
)
# Counts of this kind beside counts of that kind are a tally.
GOOD_COUNTS = frozenset("passed healthy up succeeded success ok online available".split())
BAD_COUNTS = frozenset("failed unhealthy down failures errors offline unavailable critical".split())
# Flags that are bad news when they are up.
ALARMS = frozenset(
    "maintenance maintenancemode degraded sealed draining shuttingdown failed failing error "
    "unhealthy down offline outofservice disconnected crashed stopped".split()
)
