"""A camera for tests: GStreamer's RTSP server with a moving picture and a tone, behind a name and password; when it is asked to, with a
stream of ONVIF metadata in which something walks from left to right.

Prints the port it was given, and serves until its standard input ends.
"""

import datetime
import struct
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

SOUND = {
    "pcmu": "audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay name=pay1 pt=0",
    "opus": "audio/x-raw,rate=48000,channels=1 ! opusenc ! rtpopuspay name=pay1 pt=98",
    "aac": "audio/x-raw,rate=48000,channels=2 ! voaacenc ! rtpmp4gpay name=pay1 pt=97",
}
PICTURE = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! rtph264pay name=pay0 pt=96",
    "h265": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! rtph265pay name=pay0 pt=96",
}


METADATA = (
    "appsrc name=pay2 is-live=true format=time do-timestamp=true caps=application/x-rtp,media=application,"
    "encoding-name=VND.ONVIF.METADATA,clock-rate=90000,payload=107,ssrc=(uint)7,timestamp-offset=(uint)0,"
    "seqnum-offset=(uint)0"
)
MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2">
<tt:VideoAnalytics><tt:Frame UtcTime="{at}"><tt:Object ObjectId="12"><tt:Appearance><tt:Shape>
<tt:BoundingBox left="{left}" top="0.0" right="{right}" bottom="-0.8"/><tt:CenterOfGravity x="0" y="0"/></tt:Shape>
<tt:Class><tt:Type Likelihood="0.9">Human</tt:Type></tt:Class></tt:Appearance></tt:Object></tt:Frame></tt:VideoAnalytics>
<tt:Event><wsnt:NotificationMessage><wsnt:Topic>tns1:VideoSource/MotionAlarm</wsnt:Topic><wsnt:Message>
<tt:Message UtcTime="{at}" PropertyOperation="Changed"><tt:Data><tt:SimpleItem Name="State" Value="true"/></tt:Data>
</tt:Message></wsnt:Message></wsnt:NotificationMessage></tt:Event></tt:MetadataStream>"""
RATE = 90000
PIECE = 500


def tell(source):
    """Five messages a second, in several packets each, of which the last is marked."""
    state = {"number": 0, "message": 0}

    def message():
        left = -0.9 + 0.02 * (state["message"] % 80)
        at = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        text = MESSAGE.format(at=at, left=round(left, 3), right=round(left + 0.1, 3)).encode()
        time = state["message"] * RATE // 5
        state["message"] += 1
        pieces = [text[index : index + PIECE] for index in range(0, len(text), PIECE)]
        for index, piece in enumerate(pieces):
            mark = 0x80 if index == len(pieces) - 1 else 0
            head = struct.pack(">BBHII", 0x80, mark | 107, state["number"] & 0xFFFF, time & 0xFFFFFFFF, 7)
            state["number"] += 1
            source.emit("push-buffer", Gst.Buffer.new_wrapped(head + piece))
        return source.get_parent() is not None

    GLib.timeout_add(200, message)


def main(picture, sound, objects=""):
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service("0")
    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_launch(
        "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=25/1 ! "
        f"{PICTURE[picture]} audiotestsrc is-live=true freq=440 volume=0.5 ! audioconvert ! {SOUND[sound]} {METADATA if objects else ''} )"
    )
    if objects:
        factory.connect("media-configure", lambda _, media: tell(media.get_element().get_by_name("pay2")))
    # A shared one describes itself to nobody else while only some of its streams are played.
    factory.set_shared(sound != "opus")
    auth = GstRtspServer.RTSPAuth.new()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_digest("me", "hidden", token)
    server.set_auth(auth)
    rights = Gst.Structure.new_empty("viewer")
    rights.set_value("media.factory.access", True)
    rights.set_value("media.factory.construct", True)
    factory.add_role_from_structure(rights)
    server.get_mount_points().add_factory("/camera", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)
    loop = GLib.MainLoop()
    GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, lambda *_: loop.quit())
    loop.run()


main(*sys.argv[1:4])
