# cmake --install and the .deb. Nothing installed holds an absolute path: the program finds its
# graphs and plugins from where it lies itself.
include(GNUInstallDirs)
set(share ${CMAKE_INSTALL_DATADIR}/interbeat)

if(TARGET interbeat)
  install(TARGETS interbeat RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET interbeat_vring)
  install(TARGETS interbeat_vring RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET interbeat_watch)  # found from where the program lies: ../lib/interbeat
  install(TARGETS interbeat_watch LIBRARY DESTINATION lib/interbeat)
endif()
install(DIRECTORY graphs configs DESTINATION ${share})
install(DIRECTORY tools/interbeat/manual/figures DESTINATION ${share})  # recipes of `interbeat manual`
install(FILES tools/python/interbeat_recording.py DESTINATION ${share}/python)
# The pages keep their places to each other, so that their links lead somewhere.
install(FILES LICENSE README.md ARCHITECTURE.md CONTRIBUTING.md CHANGELOG.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES cmake/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})  # Debian looks for it there

# Written by the program from its own help and descriptors, where a build made them.
set(made ${PROJECT_BINARY_DIR}/share)
install(FILES ${made}/interbeat.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL)
install(FILES ${made}/interbeat.bash RENAME interbeat
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions OPTIONAL)
install(FILES ${made}/_interbeat DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions OPTIONAL)
install(FILES ${made}/interbeat.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME interbeat)
set(CPACK_PACKAGE_CONTACT "The interbeat authors <interbeat@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
# Depends: what the linked libraries say (dpkg-shlibdeps, package dpkg-dev).
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "graphviz, dbus-daemon")  # the latter for interbeat-vring
include(CPack)
